package client

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/text/unicode/norm"
)

// Pool is the user pool, asked through the AWS SDK in both homes. Its calls need
// no AWS credentials. Errors unwrap to the SDK's, such as
// [*types.UsernameExistsException].
type Pool struct {
	sdk      *cognito.Client
	clientID string
	endpoint string
}

// NewPool makes a pool client of a server's configuration.
func NewPool(hc *http.Client, cfg Config) *Pool {
	options := cognito.Options{
		Region:      cfg.Region,
		Credentials: aws.AnonymousCredentials{},
		HTTPClient:  hc,
	}
	if cfg.Cognito.Endpoint != "" {
		options.BaseEndpoint = aws.String(cfg.Cognito.Endpoint)
	}
	return &Pool{sdk: cognito.New(options), clientID: cfg.Cognito.ClientID, endpoint: cfg.Cognito.Endpoint}
}

// Delivery says where the pool sent a code, as much of it as it tells, such as
// "a***@e***".
type Delivery struct {
	Destination string
	Medium      string
}

func delivery(d *types.CodeDeliveryDetailsType) Delivery {
	if d == nil {
		return Delivery{}
	}
	return Delivery{Destination: aws.ToString(d.Destination), Medium: string(d.DeliveryMedium)}
}

// SignUp registers a user, who then confirms with the code that was sent.
func (p *Pool) SignUp(ctx context.Context, username, email, password string) (Delivery, error) {
	out, err := p.sdk.SignUp(ctx, &cognito.SignUpInput{
		ClientId: &p.clientID, Username: plain(username), Password: &password,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &email}},
	})
	if err != nil {
		return Delivery{}, p.failed(ctx, "signing up", err)
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// Confirm ends a registration with the code that was sent.
func (p *Pool) Confirm(ctx context.Context, username, code string) error {
	_, err := p.sdk.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{
		ClientId: &p.clientID, Username: plain(username), ConfirmationCode: &code,
	})
	if err != nil {
		return p.failed(ctx, "confirming", err)
	}
	return nil
}

// Resend has the code for Confirm sent anew.
func (p *Pool) Resend(ctx context.Context, username string) (Delivery, error) {
	out, err := p.sdk.ResendConfirmationCode(ctx, &cognito.ResendConfirmationCodeInput{
		ClientId: &p.clientID, Username: plain(username),
	})
	if err != nil {
		return Delivery{}, p.failed(ctx, "resending the code", err)
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// Forgot has a code sent with which Reset sets a new password.
func (p *Pool) Forgot(ctx context.Context, username string) (Delivery, error) {
	out, err := p.sdk.ForgotPassword(ctx, &cognito.ForgotPasswordInput{ClientId: &p.clientID, Username: plain(username)})
	if err != nil {
		return Delivery{}, p.failed(ctx, "asking for a new password", err)
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// Reset sets a new password with the code that Forgot had sent.
func (p *Pool) Reset(ctx context.Context, username, code, password string) error {
	_, err := p.sdk.ConfirmForgotPassword(ctx, &cognito.ConfirmForgotPasswordInput{
		ClientId: &p.clientID, Username: plain(username), ConfirmationCode: &code, Password: &password,
	})
	if err != nil {
		return p.failed(ctx, "setting the new password", err)
	}
	return nil
}

func (p *Pool) failed(ctx context.Context, doing string, err error) error {
	return fmt.Errorf("%s: %w", doing, p.asUnreachable(ctx, err))
}

// plain returns a username in Unicode's form NFKC, the only one that can be registered:
// keyboards and file names differ in how they compose letters.
func plain(username string) *string { return aws.String(norm.NFKC.String(username)) }
