package userpool_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	session := f.register(t, "ann")
	must(t, f.forgot(t, "ANN"))
	code := f.code(t, annMail)

	// A weak password uses no code up, and a wrong code changes nothing.
	wantFault[*types.InvalidPasswordException](t, f.reset(t, "ann", code, "weak"), "Password did not conform with policy: Password not long enough")
	wantFault[*types.CodeMismatchException](t, f.reset(t, "ann", wrong(code), otherPassword), "")
	_, err := f.signIn(t, "ann", goodPassword)
	must(t, err)

	must(t, f.reset(t, "ann", code, otherPassword))
	_, err = f.signIn(t, "ann", goodPassword)
	wantFault[*types.NotAuthorizedException](t, err, "Incorrect username or password.")
	_, err = f.signIn(t, "ann", otherPassword)
	must(t, err)
	_, err = f.refresh(t, *session.RefreshToken)
	wantFault[*types.NotAuthorizedException](t, err, "Refresh Token has been revoked")
}

func TestWrongResetCodesKillTheCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	must(t, f.forgot(t, "ann"))
	code := f.code(t, annMail)
	for range 5 {
		wantFault[*types.CodeMismatchException](t, f.reset(t, "ann", wrong(code), otherPassword), "")
	}
	wantFault[*types.TooManyFailedAttemptsException](t, f.reset(t, "ann", code, otherPassword), "")
	_, err := f.signIn(t, "ann", goodPassword)
	must(t, err)
}

func TestAResetEndsTheLockout(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	for range 5 {
		_, err := f.signIn(t, "ann", "Wrong-Password-1")
		wantFault[*types.NotAuthorizedException](t, err, "Incorrect username or password.")
	}
	must(t, f.forgot(t, "ann"))
	must(t, f.reset(t, "ann", f.code(t, annMail), otherPassword))
	_, err := f.signIn(t, "ann", otherPassword)
	must(t, err)
}

func (f *fixture) change(t *testing.T, accessToken *string, old, proposed string) error {
	t.Helper()
	_, err := f.aws.ChangePassword(t.Context(), &cognito.ChangePasswordInput{
		AccessToken: accessToken, PreviousPassword: &old, ProposedPassword: &proposed,
	})
	return err
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	here := f.register(t, "ann")
	there, err := f.signIn(t, "ann", goodPassword)
	must(t, err)
	wantFault[*types.NotAuthorizedException](t, f.change(t, here.AccessToken, otherPassword, otherPassword), "Incorrect username or password.")
	wantFault[*types.InvalidPasswordException](t, f.change(t, here.AccessToken, goodPassword, "weak"), "")
	wantFault[*types.NotAuthorizedException](t, f.change(t, here.IdToken, goodPassword, otherPassword), "Invalid Access Token")
	must(t, f.change(t, here.AccessToken, goodPassword, otherPassword))

	_, err = f.signIn(t, "ann", goodPassword)
	wantFault[*types.NotAuthorizedException](t, err, "")
	_, err = f.signIn(t, "ann", otherPassword)
	must(t, err)
	_, err = f.refresh(t, *there.RefreshToken) // every other session ended
	wantFault[*types.NotAuthorizedException](t, err, "Refresh Token has been revoked")
	_, err = f.refresh(t, *here.RefreshToken)
	must(t, err)
}

// A stolen access token does not give free guesses at the password.
func TestChangePasswordLocksOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	session := f.register(t, "ann")
	for range 5 {
		wantFault[*types.NotAuthorizedException](t, f.change(t, session.AccessToken, "Wrong-Password-1", otherPassword), "Incorrect username or password.")
	}
	wantFault[*types.NotAuthorizedException](t, f.change(t, session.AccessToken, goodPassword, otherPassword), "Password attempts exceeded")
}

func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for password, message := range map[string]string{
		"":                    "Password not long enough",
		"Ab1!":                "Password not long enough",
		"Ab1!äöü":             "Password not long enough",
		"correct-horse-7":     "Password must have uppercase characters",
		"CORRECT-HORSE-7":     "Password must have lowercase characters",
		"Correct-Horse-x":     "Password must have numeric characters",
		"CorrectHorse7":       "Password must have symbol characters",
		"CorrectHorse7€":      "Password must have symbol characters",
		"CorrectHorse7\u0660": "Password must have symbol characters",
	} {
		err := f.signUp(t, "ann", annMail, password)
		wantFault[*types.InvalidPasswordException](t, err, "Password did not conform with policy: "+message)
	}
	for _, password := range []string{" Correct-Horse-7", "Correct-Horse-7 ", "Correct-Horse\x007", strings.Repeat("Aa1-", 64) + "x"} {
		wantFault[*types.InvalidParameterException](t, f.signUp(t, "ann", annMail, password), "")
	}
	for i, password := range []string{"Correct Horse 7", "Äbcdefg1-", strings.Repeat("Aa1-", 64)} {
		name := "good" + string(rune('a'+i))
		must(t, f.signUp(t, name, name+"@example.org", password))
		must(t, f.confirm(t, name, f.code(t, name+"@example.org")))
		_, err := f.signIn(t, name, password)
		must(t, err)
	}
}

func TestAccessTokensAreChecked(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	session := f.register(t, "ann")
	stranger := newFixture(t).register(t, "ann")
	for _, token := range []*string{session.IdToken, session.RefreshToken, stranger.AccessToken, aws.String("x"), aws.String("a.b.c")} {
		_, err := f.aws.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: token})
		wantFault[*types.NotAuthorizedException](t, err, "Invalid Access Token")
	}
	f.clock.advance(tokenLife)
	_, err := f.aws.GetUser(t.Context(), &cognito.GetUserInput{AccessToken: session.AccessToken})
	wantFault[*types.NotAuthorizedException](t, err, "Access Token has expired")
}
