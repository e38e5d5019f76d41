package userpool_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

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
