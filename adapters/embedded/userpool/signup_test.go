package userpool_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
)

func TestDuplicateSignUp(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	must(t, f.signUp(t, "Ann", annMail, goodPassword))
	for range 2 { // unconfirmed first, then confirmed
		wantFault[*types.UsernameExistsException](t, f.signUp(t, "aNN", "other@example.org", goodPassword), "User already exists")
		_ = f.confirm(t, "ann", f.code(t, annMail))
	}
	if n := f.mails(t, "other@example.org"); n != 0 {
		t.Errorf("%d mails to the second", n)
	}
	must(t, f.signUp(t, "bob", annMail, goodPassword)) // one address may have many users
}

func TestUsernames(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, name := range []string{
		"two words", "tab\there", "line\nbreak", "a\r\nBcc: eve@example.org", "nul\x00", "zero\u200bwidth", "right\u202eleft",
		"no\u00a0break", strings.Repeat("a", 129), "private\ue000",
	} {
		err := f.signUp(t, name, annMail, goodPassword)
		wantFault[*types.InvalidParameterException](t, err, "")
		if !strings.Contains(err.Error(), "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must") {
			t.Errorf("%q: %v", name, err)
		}
	}
	for i, name := range []string{"x", strings.Repeat("ü", 128), "ann@example.org", "<script>", "世界", `"quoted"`, "../../etc"} {
		email := "user" + string(rune('a'+i)) + "@example.org"
		must(t, f.signUp(t, name, email, goodPassword))
		must(t, f.confirm(t, name, f.code(t, email)))
	}
}

func TestEmails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, email := range []string{
		"ann", "ann@", "@example.org", "Ann <ann@example.org>", "ann@example.org\r\nBcc: eve@example.org", "ann@example.org,eve@example.org",
		"a b@example.org", strings.Repeat("a", 250) + "@example.org", "ann@example.org\x00",
	} {
		wantFault[*types.InvalidParameterException](t, f.signUp(t, "ann", email, goodPassword), "Invalid email address format.")
	}
	if n := f.mails(t, ""); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	attribute := func(name, value string) types.AttributeType { return types.AttributeType{Name: &name, Value: &value} }
	email := attribute("email", annMail)
	signUp := func(attributes ...types.AttributeType) error {
		_, err := f.aws.SignUp(t.Context(), &cognito.SignUpInput{
			ClientId: aws.String(f.pool.ClientID()), Username: aws.String("ann"), Password: aws.String(goodPassword), UserAttributes: attributes,
		})
		return err
	}
	wantFault[*types.InvalidParameterException](t, signUp(), "Attributes did not conform to the schema: email: The attribute is required")
	wantFault[*types.InvalidParameterException](t, signUp(email, email), "Invalid email address format.")
	for _, name := range []string{"email_verified", "sub", "custom:admin", "cognito:user_status"} {
		wantFault[*types.NotAuthorizedException](t, signUp(email, attribute(name, "true")), "A client attempted to write unauthorized attribute")
	}
	many := make([]types.AttributeType, 33)
	for i := range many {
		many[i] = email
	}
	wantFault[*types.InvalidParameterException](t, signUp(many...), "")
}

func TestWrongClient(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	session := f.register(t, "ann")
	client, code := aws.String("otherclient"), aws.String("123456")
	name, password := aws.String("ann"), aws.String(goodPassword)
	calls := map[string]func(client *string) error{
		"SignUp": func(c *string) error {
			_, err := f.aws.SignUp(t.Context(), &cognito.SignUpInput{ClientId: c, Username: name, Password: password})
			return err
		},
		"ConfirmSignUp": func(c *string) error {
			_, err := f.aws.ConfirmSignUp(t.Context(), &cognito.ConfirmSignUpInput{ClientId: c, Username: name, ConfirmationCode: code})
			return err
		},
		"ResendConfirmationCode": func(c *string) error {
			_, err := f.aws.ResendConfirmationCode(t.Context(), &cognito.ResendConfirmationCodeInput{ClientId: c, Username: name})
			return err
		},
		"InitiateAuth": func(c *string) error {
			_, err := f.aws.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{ClientId: c, AuthFlow: types.AuthFlowTypeUserPasswordAuth})
			return err
		},
		"ForgotPassword": func(c *string) error {
			_, err := f.aws.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{ClientId: c, Username: name})
			return err
		},
		"ConfirmForgotPassword": func(c *string) error {
			_, err := f.aws.ConfirmForgotPassword(t.Context(), &cognito.ConfirmForgotPasswordInput{ClientId: c, Username: name, ConfirmationCode: code, Password: password})
			return err
		},
		"RevokeToken": func(c *string) error {
			_, err := f.aws.RevokeToken(t.Context(), &cognito.RevokeTokenInput{ClientId: c, Token: session.RefreshToken})
			return err
		},
	}
	for operation, call := range calls {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			// The SDK has no type for it among RevokeToken's errors.
			err, ok := errors.AsType[smithy.APIError](call(client))
			if !ok || err.ErrorCode() != "ResourceNotFoundException" || err.ErrorMessage() != "User pool client otherclient does not exist." {
				t.Errorf("got %v", err)
			}
			wantFault[*types.InvalidParameterException](t, call(aws.String("not an id")), "")
		})
	}
}
