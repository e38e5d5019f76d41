package userpool_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestIdentities(t *testing.T) {
	t.Parallel()
	portstest.Identities(t, func(t *testing.T) portstest.IdentitiesAdapter {
		t.Helper()
		f := newFixture(t)
		client := aws.String(f.pool.ClientID())
		return portstest.IdentitiesAdapter{
			Identities: f.pool,
			SignUp: func(ctx context.Context, username, address string) (string, error) {
				out, err := f.aws.SignUp(ctx, &cognito.SignUpInput{
					ClientId: client, Username: &username, Password: aws.String(goodPassword),
					UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &address}},
				})
				if err != nil {
					return "", err
				}
				return *out.UserSub, nil
			},
			Confirm: func(ctx context.Context, username string) error {
				_, err := f.aws.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{
					ClientId: client, Username: &username, ConfirmationCode: aws.String(f.code(t, username+"@example.org")),
				})
				return err
			},
		}
	})
}

func TestIdentitiesIgnoreCase(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "ann")
	address, err := f.pool.Address(t.Context(), "ANN")
	if err != nil || address != annMail {
		t.Errorf("Address = %q, %v", address, err)
	}
}

func TestAddressByID(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	sub, _ := claimsOf(t, *f.register(t, "ann").IdToken)["sub"].(string)
	address, err := f.pool.AddressByID(t.Context(), sub)
	if err != nil || address != annMail {
		t.Errorf("AddressByID = %q, %v", address, err)
	}
	must(t, f.signUp(t, "bob", "bob@example.org", goodPassword))
	var bob string
	must(t, f.db.Read().QueryRowContext(t.Context(), `SELECT id FROM userpool_users WHERE username = 'bob'`).Scan(&bob))
	for _, id := range []string{bob, "ann", ""} {
		if address, err := f.pool.AddressByID(t.Context(), id); !errors.Is(err, ports.ErrNotFound) || address != "" {
			t.Errorf("AddressByID(%q) = %q, %v, want ErrNotFound", id, address, err)
		}
	}
}
