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

// Pool calls the user pool through the AWS SDK, on both backends. Its calls need no AWS
// credentials. Errors unwrap to the SDK's, such as [*types.UsernameExistsException].
type Pool struct {
	sdk      *cognito.Client
	clientID string
	endpoint string
}

// NewPool returns a client of the user pool that cfg names.
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

// Delivery says where the pool sent a code, as far as the pool says, such as
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

// SignUp registers a user. The user then confirms with the code that the pool sends.
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

// Confirm completes a registration with the code.
func (p *Pool) Confirm(ctx context.Context, username, code string) error {
	_, err := p.sdk.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{
		ClientId: &p.clientID, Username: plain(username), ConfirmationCode: &code,
	})
	if err != nil {
		return p.failed(ctx, "confirming", err)
	}
	return nil
}

// Resend sends another code for Confirm.
func (p *Pool) Resend(ctx context.Context, username string) (Delivery, error) {
	out, err := p.sdk.ResendConfirmationCode(ctx, &cognito.ResendConfirmationCodeInput{
		ClientId: &p.clientID, Username: plain(username),
	})
	if err != nil {
		return Delivery{}, p.failed(ctx, "resending the code", err)
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// Forgot sends a code for Reset.
func (p *Pool) Forgot(ctx context.Context, username string) (Delivery, error) {
	out, err := p.sdk.ForgotPassword(ctx, &cognito.ForgotPasswordInput{ClientId: &p.clientID, Username: plain(username)})
	if err != nil {
		return Delivery{}, p.failed(ctx, "asking for a new password", err)
	}
	return delivery(out.CodeDeliveryDetails), nil
}

// Reset sets a new password with the code from Forgot.
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

// plain returns a username in Unicode form NFKC, the only form that can be registered.
// Keyboards and file names compose letters differently.
func plain(username string) *string { return aws.String(norm.NFKC.String(username)) }
