package userpool_test

import (
	"strings"
	"testing"
)

// fuzzPool is a pool with a user, and that user's ID token.
func fuzzPool(tb testing.TB) (*fixture, string) {
	tb.Helper()
	f := newFixture(tb)
	return f, *f.register(tb, "ann").IdToken
}

// Whatever is sent: an answer, in the protocol's form, and never an internal
// error.
func FuzzOperation(f *testing.F) {
	fix, token := fuzzPool(f)
	client := fix.pool.ClientID()
	names := []string{
		"SignUp", "ConfirmSignUp", "ResendConfirmationCode", "InitiateAuth", "ForgotPassword",
		"ConfirmForgotPassword", "GetUser", "ChangePassword", "GlobalSignOut", "RevokeToken",
	}
	for i := range names {
		for _, body := range []string{
			"", "{}", "null", "[", `{"ClientId":"CLIENT"}`, `{"ClientId":"CLIENT","Username":"ann","ConfirmationCode":"123456","Password":"Abcdef1!"}`,
			`{"ClientId":"CLIENT","Username":"ann","UserAttributes":[{"Name":"email","Value":"a@b"}],"Password":"Abcdef1!"}`,
			`{"ClientId":"CLIENT","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"ann","PASSWORD":"x"}}`,
			`{"ClientId":"CLIENT","AuthFlow":"REFRESH_TOKEN","AuthParameters":{"REFRESH_TOKEN":"x"}}`,
			`{"ClientId":"CLIENT","Token":"TOKEN"}`, `{"AccessToken":"TOKEN","PreviousPassword":"a","ProposedPassword":"Abcdef1!"}`,
			`{"Username":"\ud800","ClientMetadata":{"a":null}}`,
		} {
			f.Add(byte(i), []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, operation byte, body []byte) {
		text := strings.NewReplacer("CLIENT", client, "TOKEN", token).Replace(string(body))
		a := fix.post(t, names[int(operation)%len(names)], text)
		switch {
		case a.status == 200:
		case a.status >= 500 || a.kind == "" || a.message == "" || a.header.Get("X-Amzn-Errortype") != a.kind+":":
			t.Errorf("%q: %d %s", text, a.status, a.body)
		}
	})
}
