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

// address is one that SES's mailbox simulator takes mail for, under any label, and
// keeps none. The embedded mailbox does not mind.
func address(username string) string { return "success+" + username + "@simulator.amazonses.com" }

// fresh is a username that nobody has.
func fresh(role string) string { return "smoke-" + role + "-" + strings.ToLower(rand.Text()[:8]) }

// Embedded makes new users every time, by the codes that the server's own mailbox shows.
type Embedded struct {
	// Code returns the code that was last mailed to an address.
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

// AWS confirms addresses with the rights of whoever runs the test:
// cognito-idp:AdminGetUser, AdminConfirmSignUp, AdminUpdateUserAttributes and
// AdminSetUserPassword. Its users stay and are used again, because each has a KMS key
// of 1 USD a month, unless Fresh.
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
	case user.UserStatus == types.UserStatusTypeUnconfirmed: // by a run that did not get far
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

// confirm does what a code does that somebody types in: it verifies the address, and
// calls the post-confirmation trigger (AdminConfirmSignUp API reference,
// ClientMetadata). The address comes first, because the trigger's event names it.
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
