// Package cognito reads a Cognito user pool, the only place that has e-mail addresses.
package cognito

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/sealpost/sealpost/ports"
)

// Identities implements [ports.Identities] over one user pool.
type Identities struct {
	client *sdk.Client
	poolID string
}

var _ ports.Identities = (*Identities)(nil)

// New returns an adapter over a user pool.
func New(cfg aws.Config, poolID string) *Identities {
	return &Identities{client: sdk.NewFromConfig(cfg), poolID: poolID}
}

// Address implements [ports.Identities]. In a pool whose usernames are not aliases, AdminGetUser accepts the
// user's sub as the username (AdminGetUser API reference, Username).
func (p *Identities) Address(ctx context.Context, userID string) (string, error) {
	out, err := p.client.AdminGetUser(ctx, &sdk.AdminGetUserInput{
		UserPoolId: aws.String(p.poolID), Username: aws.String(userID),
	})
	var missing *types.UserNotFoundException
	if errors.As(err, &missing) {
		return "", fmt.Errorf("asking the user pool: %w", ports.ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("asking the user pool: %w", err)
	}
	address := attribute(out.UserAttributes, "email")
	// Mail is sent only to verified addresses.
	if out.UserStatus != types.UserStatusTypeConfirmed || !out.Enabled ||
		attribute(out.UserAttributes, "email_verified") != "true" || address == "" {
		return "", fmt.Errorf("user has no verified address: %w", ports.ErrNotFound)
	}
	return address, nil
}

func attribute(all []types.AttributeType, name string) string {
	for _, a := range all {
		if aws.ToString(a.Name) == name {
			return aws.ToString(a.Value)
		}
	}
	return ""
}
