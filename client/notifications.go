package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// ErrNothingToConfirm means that the server sends notifications itself, without
// confirmation.
var ErrNothingToConfirm = errors.New("this server's notifications need no confirmation")

// ErrWrongLink means that a link is not the expected one from SNS's mail.
var ErrWrongLink = errors.New("not that link of a mail from AWS")

// Notifications confirms, on AWS, that a user wants notifications by mail, and ends
// them.
//
// Following the link in SNS's mail also confirms. But then everyone who follows the
// unsubscribe link of any later mail ends the notifications, even a mail scanner. After
// a confirmation signed with the user's credentials, only the signed-in owner can end
// them (AuthenticateOnUnsubscribe, ConfirmSubscription API reference).
type Notifications struct {
	HTTP   *http.Client
	Config Config
	// Endpoint replaces all endpoints of AWS in tests; empty for AWS.
	Endpoint string
}

// Confirm takes the link from the mail, without following it, and the user's ID token.
// It exchanges the token at the identity pool for credentials that may confirm only the
// user's own topic. They stay in memory. The error is [ErrNothingToConfirm],
// [ErrWrongLink], or an error of AWS (smithy.APIError).
func (n Notifications) Confirm(ctx context.Context, idToken, link string) error {
	q, err := n.link(link, "TopicArn", "Token")
	if err != nil {
		return err
	}
	client, err := n.client(ctx, idToken)
	if err != nil {
		return err
	}
	_, err = client.ConfirmSubscription(ctx, &sns.ConfirmSubscriptionInput{
		TopicArn: aws.String(q.Get("TopicArn")), Token: aws.String(q.Get("Token")), AuthenticateOnUnsubscribe: aws.String("true"),
	})
	if err != nil {
		return fmt.Errorf("confirming: %w", err)
	}
	return nil
}

// End takes the unsubscribe link of any notification, which requires a signature, and
// ends the notifications. Errors are those of Confirm.
func (n Notifications) End(ctx context.Context, idToken, link string) error {
	q, err := n.link(link, "SubscriptionArn")
	if err != nil {
		return err
	}
	client, err := n.client(ctx, idToken)
	if err != nil {
		return err
	}
	_, err = client.Unsubscribe(ctx, &sns.UnsubscribeInput{SubscriptionArn: aws.String(q.Get("SubscriptionArn"))})
	if err != nil {
		return fmt.Errorf("ending the notifications: %w", err)
	}
	return nil
}

// link parses a link of SNS's mail, such as
// https://sns.eu-central-1.amazonaws.com/confirmation.html?TopicArn=…&Token=…&Endpoint=….
func (n Notifications) link(link string, wanted ...string) (url.Values, error) {
	if n.Config.Cognito.IdentityPoolID == "" {
		return nil, ErrNothingToConfirm
	}
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWrongLink, err)
	}
	q, good := u.Query(), u.Scheme == "https" && strings.TrimSuffix(u.Host, ".cn") == "sns."+n.Config.Region+".amazonaws.com"
	for _, name := range wanted {
		good = good && q.Get(name) != ""
	}
	if !good {
		return nil, fmt.Errorf("%w: it begins with https://sns.%s.amazonaws.com/ and holds %s", ErrWrongLink, n.Config.Region, strings.Join(wanted, " and "))
	}
	return q, nil
}

func (n Notifications) client(ctx context.Context, idToken string) (*sns.Client, error) {
	credentials, err := n.credentials(ctx, idToken)
	if err != nil {
		return nil, err
	}
	return sns.New(sns.Options{
		Region: n.Config.Region, HTTPClient: n.HTTP, BaseEndpoint: n.endpoint(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials, nil }),
	}), nil
}

// credentials exchanges the ID token for the user's own AWS credentials.
func (n Notifications) credentials(ctx context.Context, idToken string) (aws.Credentials, error) {
	client := cognitoidentity.New(cognitoidentity.Options{
		Region: n.Config.Region, HTTPClient: n.HTTP, BaseEndpoint: n.endpoint(), Credentials: aws.AnonymousCredentials{},
	})
	// The issuer name of the pool, as in adapters/aws/cognitoidentity.
	logins := map[string]string{fmt.Sprintf("cognito-idp.%s.amazonaws.com/%s", n.Config.Region, n.Config.Cognito.UserPoolID): idToken}
	id, err := client.GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: &n.Config.Cognito.IdentityPoolID, Logins: logins})
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("asking the identity pool who you are: %w", err)
	}
	out, err := client.GetCredentialsForIdentity(ctx, &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: id.IdentityId, Logins: logins})
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("asking the identity pool for credentials: %w", err)
	}
	if out.Credentials == nil {
		return aws.Credentials{}, errors.New("the identity pool answered without credentials")
	}
	return aws.Credentials{
		AccessKeyID: aws.ToString(out.Credentials.AccessKeyId), SecretAccessKey: aws.ToString(out.Credentials.SecretKey),
		SessionToken: aws.ToString(out.Credentials.SessionToken),
	}, nil
}

func (n Notifications) endpoint() *string {
	if n.Endpoint == "" {
		return nil
	}
	return &n.Endpoint
}
