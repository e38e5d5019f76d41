package smoke

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/sealpost/sealpost/client"
)

// address returns an address of SES's mailbox simulator, which accepts any label and
// keeps no mail. The embedded mailbox accepts it too.
func address(username string) string { return "success+" + username + "@simulator.amazonses.com" }

// fresh returns a new username.
func fresh(role string) string { return "smoke-" + role + "-" + strings.ToLower(rand.Text()[:8]) }

// Embedded creates new users each time, with the codes from the server's own mailbox.
type Embedded struct {
	// Code returns the last code that was mailed to an address.
	Code func(ctx context.Context, address string) (string, error)
}

// Register implements [Registrar].
func (e Embedded) Register(ctx context.Context, pool *client.Pool, role, password string) (string, error) {
	name := fresh(role)
	if _, err := pool.SignUp(ctx, name, address(name), password); err != nil {
		return "", err
	}
	code, err := e.Code(ctx, address(name))
	if err != nil {
		return "", fmt.Errorf("reading the code in the server's mailbox, which is there only while it sends no mail for real: %w", err)
	}
	return name, pool.Confirm(ctx, name, code)
}

// AWS confirms addresses with the operator's rights: cognito-idp:AdminGetUser,
// AdminConfirmSignUp, AdminUpdateUserAttributes and AdminSetUserPassword. Unless Fresh
// is set, it keeps its users and uses them again, because each has a KMS key for 1 USD
// a month.
type AWS struct {
	Admin      *cognito.Client
	UserPoolID string
	Fresh      bool
}

// Register implements [Registrar].
func (a AWS) Register(ctx context.Context, pool *client.Pool, role, password string) (string, error) {
	name := "smoke-" + role
	if a.Fresh {
		name = fresh(role)
	}
	user, err := a.Admin.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &a.UserPoolID, Username: &name})
	var unknown *types.UserNotFoundException
	switch {
	case errors.As(err, &unknown):
		if _, err := pool.SignUp(ctx, name, address(name), password); err != nil {
			return "", err
		}
		return name, a.confirm(ctx, name)
	case err != nil:
		return "", fmt.Errorf("looking for %s (with the AWS credentials of whoever runs this): %w", name, err)
	case user.UserStatus == types.UserStatusTypeUnconfirmed: // left by an interrupted run
		if err := a.confirm(ctx, name); err != nil {
			return "", err
		}
	}
	_, err = a.Admin.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{
		UserPoolId: &a.UserPoolID, Username: &name, Password: &password, Permanent: true,
	})
	if err != nil {
		return "", fmt.Errorf("setting the password of %s: %w", name, err)
	}
	return name, nil
}

// confirm does what a typed code does: it verifies the address and calls the
// post-confirmation trigger (AdminConfirmSignUp API reference, ClientMetadata). The
// address comes first, because the trigger's event contains it.
func (a AWS) confirm(ctx context.Context, name string) error {
	_, err := a.Admin.AdminUpdateUserAttributes(ctx, &cognito.AdminUpdateUserAttributesInput{
		UserPoolId: &a.UserPoolID, Username: &name,
		UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
	})
	if err != nil {
		return fmt.Errorf("verifying the address of %s: %w", name, err)
	}
	_, err = a.Admin.AdminConfirmSignUp(ctx, &cognito.AdminConfirmSignUpInput{UserPoolId: &a.UserPoolID, Username: &name})
	if err != nil {
		return fmt.Errorf("confirming %s: %w", name, err)
	}
	return nil
}
