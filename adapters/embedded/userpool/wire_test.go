package userpool_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answer is what came over the wire.
type answer struct {
	status  int
	header  http.Header
	body    string
	kind    string // __type
	message string
}

func (f *fixture) post(t testing.TB, operation, body string) answer {
	t.Helper()
	return f.send(t, "POST", "/cognito-idp/", "AWSCognitoIdentityProviderService."+operation, strings.NewReader(body))
}

func (f *fixture) send(t testing.TB, method, path, target string, body io.Reader) answer {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, body)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", target)
	w := httptest.NewRecorder()
	f.server.Config.Handler.ServeHTTP(w, req)
	a := answer{status: w.Code, header: w.Result().Header, body: w.Body.String()}
	var fault struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(w.Body.Bytes(), &fault)
	a.kind, a.message = fault.Type, fault.Message
	return a
}

func TestFaultOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a := f.post(t, "ConfirmSignUp", `{"ClientId":"`+f.pool.ClientID()+`","Username":"nobody","ConfirmationCode":"1"}`)
	want := `{"__type":"ExpiredCodeException","message":"Invalid code provided, please request a code again."}`
	if a.status != 400 || a.body != want {
		t.Errorf("answer %d %s", a.status, a.body)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/x-amz-json-1.1", "X-Amzn-Errortype": "ExpiredCodeException:",
		"X-Amzn-Errormessage": "Invalid code provided, please request a code again.", "Cache-Control": "no-store",
	} {
		if got := a.header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	if len(a.header.Get("X-Amzn-Requestid")) != 36 {
		t.Error("no request id")
	}
}

func TestOutputOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a := f.post(t, "SignUp", `{"ClientId":"`+f.pool.ClientID()+`","Username":"ann","Password":"`+goodPassword+`",
		"UserAttributes":[{"Name":"email","Value":"`+annMail+`"}],"SecretHash":"ignored","UserContextData":{"EncodedData":"x"}}`)
	var got map[string]any
	must(t, json.Unmarshal([]byte(a.body), &got))
	delete(got, "UserSub")
	want := map[string]any{"UserConfirmed": false, "CodeDeliveryDetails": map[string]any{
		"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***",
	}}
	if diff := cmp.Diff(want, got); a.status != 200 || diff != "" {
		t.Errorf("answer %d (-want +got):\n%s", a.status, diff)
	}
	a = f.post(t, "ConfirmSignUp", `{"ClientId":"`+f.pool.ClientID()+`","Username":"ann","ConfirmationCode":"`+f.code(t, annMail)+`"}`)
	if a.status != 200 || a.body != "{}" {
		t.Errorf("answer %d %s, want {}", a.status, a.body)
	}
}

func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, body := range []string{
		"", " ", "null", "[]", `"x"`, "1", "{", `{"ClientId"`, "{}{}", "{} x", `{"ClientId":1}`, `{"Username":{}}`, `{"UserAttributes":{}}`,
		`{"UserAttributes":[1]}`, "{\"Username\":\"\xff\"}", "\xef\xbb\xbf{}", strings.Repeat(`{"a":`, 12000), "<xml/>", "Action=SignUp",
	} {
		if a := f.post(t, "SignUp", body); a.status != 400 || a.kind != "SerializationException" {
			t.Errorf("%.40q: %d %s", body, a.status, a.body)
		}
	}
	for operation := range map[string]bool{
		"SignUp": true, "ConfirmSignUp": true, "ResendConfirmationCode": true, "InitiateAuth": true, "ForgotPassword": true,
		"ConfirmForgotPassword": true, "GetUser": true, "ChangePassword": true, "GlobalSignOut": true, "RevokeToken": true,
	} {
		if a := f.post(t, operation, "{}"); a.status != 400 || a.kind != "InvalidParameterException" {
			t.Errorf("%s {}: %d %s", operation, a.status, a.body)
		}
	}
}

func TestUnknownOperations(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, target := range []string{
		"", "SignUp", "AWSCognitoIdentityProviderService.", "AWSCognitoIdentityProviderService.AdminCreateUser",
		"awscognitoidentityproviderservice.SignUp", "DynamoDB_20120810.PutItem", "AWSCognitoIdentityProviderService.signUp",
	} {
		a := f.send(t, "POST", "/cognito-idp/", target, strings.NewReader("{}"))
		if a.status != 400 || a.kind != "UnknownOperationException" {
			t.Errorf("%q: %d %s", target, a.status, a.body)
		}
	}
}

func TestHugeBodies(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	limit := 64 << 10
	padding := func(n int) string { return `{"pad":"` + strings.Repeat("x", n-len(`{"pad":""}`)) + `"}` }
	if a := f.post(t, "SignUp", padding(limit)); a.kind != "InvalidParameterException" {
		t.Errorf("at the limit: %d %s", a.status, a.body)
	}
	if a := f.post(t, "SignUp", padding(limit+1)); a.status != 413 || a.kind != "RequestEntityTooLargeException" {
		t.Errorf("above the limit: %d %s", a.status, a.body)
	}
	endless := io.MultiReader(strings.NewReader(`{"pad":"`), zeros{})
	if a := f.send(t, "POST", "/cognito-idp/", "AWSCognitoIdentityProviderService.SignUp", endless); a.status != 413 {
		t.Errorf("endless: %d %s", a.status, a.body)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

func TestPathsAndMethods(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	known := "/cognito-idp/" + f.pool.PoolID() + "/.well-known/jwks.json"
	for _, test := range []struct {
		method, path string
		status       int
	}{
		{"POST", "/cognito-idp", 400}, {"POST", "/cognito-idp/", 400}, // there, but the operation is not
		{"GET", "/cognito-idp/", 405}, {"OPTIONS", "/cognito-idp/", 405}, {"PUT", "/cognito-idp/", 405},
		{"GET", known, 200}, {"HEAD", known, 200}, {"POST", known, 405},
		{"GET", "/cognito-idp/local_other/.well-known/jwks.json", 404}, {"GET", "/cognito-idp/other", 404}, {"POST", "/", 404},
	} {
		if a := f.send(t, test.method, test.path, "", nil); a.status != test.status {
			t.Errorf("%s %s = %d, want %d", test.method, test.path, a.status, test.status)
		} else if a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s %s allows other origins", test.method, test.path)
		}
	}
}

// A trigger's message may be anything; it is also in a header.
func TestFaultHeadersAreClean(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.hook.run = func(context.Context, int) error { return errors.New("no\r\nSet-Cookie: x=1\nü") }
	must(t, f.signUp(t, "ann", annMail, goodPassword))
	a := f.post(t, "ConfirmSignUp", `{"ClientId":"`+f.pool.ClientID()+`","Username":"ann","ConfirmationCode":"`+f.code(t, annMail)+`"}`)
	if got, want := a.header.Get("X-Amzn-Errormessage"), "PostConfirmation failed with error no??Set-Cookie: x=1??."; got != want {
		t.Errorf("header %q, want %q", got, want)
	}
	if want := "PostConfirmation failed with error no\r\nSet-Cookie: x=1\nü."; a.message != want {
		t.Errorf("message %q, want %q", a.message, want)
	}
}
