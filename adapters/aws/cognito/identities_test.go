package cognito_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/sealpost/sealpost/adapters/aws/cognito"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// account is ministack's default one: sign-up is not signed, so it goes there.
const account = "000000000000"

// adapter is a user pool of its own whose users sign up by themselves.
func adapter(t *testing.T) portstest.IdentitiesAdapter {
	t.Helper()
	cfg := emulator.Ministack(t).ConfigFor(account, "test")
	client := sdk.NewFromConfig(cfg)
	pool, err := client.CreateUserPool(t.Context(), &sdk.CreateUserPoolInput{
		PoolName: aws.String(awstest.Name("pool")), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	app, err := client.CreateUserPoolClient(t.Context(), &sdk.CreateUserPoolClientInput{
		UserPoolId: pool.UserPool.Id, ClientName: aws.String("test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	clientID := app.UserPoolClient.ClientId
	return portstest.IdentitiesAdapter{
		Identities: cognito.New(cfg, aws.ToString(pool.UserPool.Id)),
		SignUp: func(ctx context.Context, username, address string) (string, error) {
			out, err := client.SignUp(ctx, &sdk.SignUpInput{
				ClientId: clientID, Username: aws.String(username), Password: aws.String("Correct-Horse-9-Battery"),
				UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(address)}},
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.UserSub), nil
		},
		Confirm: func(ctx context.Context, username string) error {
			_, err := client.ConfirmSignUp(ctx, &sdk.ConfirmSignUpInput{
				ClientId: clientID, Username: aws.String(username), ConfirmationCode: aws.String("123456"),
			})
			if err != nil {
				return err
			}
			// On AWS the code verifies the address that it was sent to.
			_, err = client.AdminUpdateUserAttributes(ctx, &sdk.AdminUpdateUserAttributesInput{
				UserPoolId: pool.UserPool.Id, Username: aws.String(username),
				UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
			})
			return err
		},
	}
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	portstest.Identities(t, adapter)
}

func user(status, verified string, enabled string) string {
	return `{"Username":"Ann","UserStatus":"` + status + `","Enabled":` + enabled + `,"UserAttributes":[` +
		`{"Name":"sub","Value":"ann"},{"Name":"email","Value":"ann@example.org"},{"Name":"email_verified","Value":"` + verified + `"}]}`
}

// TestMailGoesToVerifiedAddressesOnly covers what no emulator has a state for.
func TestMailGoesToVerifiedAddressesOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		found  bool
	}{
		"confirmed":            {user("CONFIRMED", "true", "true"), true},
		"address not verified": {user("CONFIRMED", "false", "true"), false},
		"disabled":             {user("CONFIRMED", "true", "false"), false},
		"password to be set":   {user("FORCE_CHANGE_PASSWORD", "true", "true"), false},
		"no address":           {`{"Username":"Ann","UserStatus":"CONFIRMED","Enabled":true,"UserAttributes":[{"Name":"email_verified","Value":"true"}]}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := faults.New(nil).On("AdminGetUser", faults.Answer(http.StatusOK, c.answer))
			got, err := cognito.New(faults.Config(tr), "pool").Address(t.Context(), "ann")
			if c.found && (err != nil || got != "ann@example.org") {
				t.Errorf("got %q, error %v", got, err)
			}
			if !c.found && (!errors.Is(err, ports.ErrNotFound) || got != "" || strings.Contains(err.Error(), "ann@")) {
				t.Errorf("got %q, error %v; want ErrNotFound without the address", got, err)
			}
		})
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tr := faults.New(nil).On("AdminGetUser", faults.Repeat(50, faults.Throttled())...)
		if _, err := cognito.New(faults.Config(tr), "pool").Address(t.Context(), "ann"); err == nil || errors.Is(err, ports.ErrNotFound) {
			t.Errorf("error %v, want one of the infrastructure", err)
		}
		if n := len(tr.Calls("AdminGetUser")); n != 4 {
			t.Errorf("%d calls, want 4", n)
		}
	})
}
