package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
)

// ChallengeError is a sign-in that requires more than a password, such as a second
// factor. This client does not support that.
type ChallengeError struct {
	// Name is the pool's name of the challenge, such as "SOFTWARE_TOKEN_MFA".
	Name string
}

func (c *ChallengeError) Error() string { return "the user pool asks for " + c.Name }

// SignIn exchanges a password for tokens.
func (p *Pool) SignIn(ctx context.Context, username, password string) (Tokens, error) {
	return p.initiate(ctx, "signing in", types.AuthFlowTypeUserPasswordAuth,
		map[string]string{"USERNAME": *plain(username), "PASSWORD": password})
}

// Refresh exchanges a refresh token for new tokens. They always hold a refresh token: a
// new one if the pool rotates them, or else the given one.
func (p *Pool) Refresh(ctx context.Context, refreshToken string) (Tokens, error) {
	tokens, err := p.initiate(ctx, "refreshing", types.AuthFlowTypeRefreshTokenAuth,
		map[string]string{"REFRESH_TOKEN": refreshToken})
	if err == nil && tokens.Refresh == "" {
		tokens.Refresh = refreshToken
	}
	return tokens, err
}

// ChangePassword changes the password, given the present one. The embedded server ends
// the user's other sessions; AWS ends none. [Pool.SignOutEverywhere] ends all sessions
// on both.
func (p *Pool) ChangePassword(ctx context.Context, accessToken, present, fresh string) error {
	_, err := p.sdk.ChangePassword(ctx, &cognito.ChangePasswordInput{
		AccessToken: &accessToken, PreviousPassword: &present, ProposedPassword: &fresh,
	})
	if err != nil {
		return p.failed(ctx, "changing the password", err)
	}
	return nil
}

// SignOutEverywhere ends all sessions of the user, including that of the access token.
// The embedded server then refuses their ID and access tokens at once; AWS accepts them
// until they expire.
func (p *Pool) SignOutEverywhere(ctx context.Context, accessToken string) error {
	_, err := p.sdk.GlobalSignOut(ctx, &cognito.GlobalSignOutInput{AccessToken: &accessToken})
	if err != nil {
		return p.failed(ctx, "signing out everywhere", err)
	}
	return nil
}

// Revoke ends the session of a refresh token.
func (p *Pool) Revoke(ctx context.Context, refreshToken string) error {
	_, err := p.sdk.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: &p.clientID, Token: &refreshToken})
	if err != nil {
		return p.failed(ctx, "revoking the session", err)
	}
	return nil
}

func (p *Pool) initiate(ctx context.Context, doing string, flow types.AuthFlowType, params map[string]string) (Tokens, error) {
	asked := time.Now()
	out, err := p.sdk.InitiateAuth(ctx, &cognito.InitiateAuthInput{
		ClientId: &p.clientID, AuthFlow: flow, AuthParameters: params,
	})
	if err != nil {
		return Tokens{}, p.failed(ctx, doing, err)
	}
	if out.AuthenticationResult == nil {
		return Tokens{}, fmt.Errorf("%s: %w", doing, &ChallengeError{string(out.ChallengeName)})
	}
	r := out.AuthenticationResult
	return Tokens{
		ID: aws.ToString(r.IdToken), Access: aws.ToString(r.AccessToken), Refresh: aws.ToString(r.RefreshToken),
		// Counted from the time of the request, so that it is rather too early than too
		// late. Round strips the monotonic reading, which stops while a laptop sleeps.
		Expires: asked.Add(time.Duration(r.ExpiresIn) * time.Second).Round(0),
	}, nil
}

// asUnreachable turns an SDK error without an answer from the pool into an
// UnreachableError.
func (p *Pool) asUnreachable(ctx context.Context, err error) error {
	var answered smithy.APIError
	if errors.As(err, &answered) {
		return err
	}
	return unreachable(ctx, p.endpoint, err)
}
