package userpool

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

type initiateAuthInput struct {
	AuthFlow       string
	ClientId       string
	AuthParameters map[string]string
}

type authResult struct {
	AccessToken  string
	ExpiresIn    int // seconds
	IdToken      string
	RefreshToken string `json:",omitempty"`
	TokenType    string
}

type initiateAuthOutput struct {
	AuthenticationResult authResult
	ChallengeParameters  map[string]string
}

// knownFlows are Cognito's (InitiateAuth API reference, AuthFlow).
var knownFlows = []string{
	"ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN", "REFRESH_TOKEN_AUTH",
	"USER_AUTH", "USER_PASSWORD_AUTH", "USER_SRP_AUTH",
}

func (p *Pool) initiateAuth(ctx context.Context, in initiateAuthInput) (*initiateAuthOutput, error) {
	var c constraints
	c.clientID(in.ClientId)
	if !slices.Contains(knownFlows, in.AuthFlow) {
		c.violated("authFlow", "Member must satisfy enum value set: [%s]", strings.Join(knownFlows, ", "))
	}
	if err := errors.Join(c.err(), p.checkClient(in.ClientId)); err != nil {
		return nil, err
	}
	switch in.AuthFlow {
	case "USER_PASSWORD_AUTH":
		return p.signIn(ctx, in.AuthParameters)
	case "REFRESH_TOKEN", "REFRESH_TOKEN_AUTH":
		return p.refresh(ctx, in.AuthParameters)
	}
	return nil, fault("InvalidParameterException", in.AuthFlow+" flow not enabled for this client")
}

// signIn takes as long and answers the same for an unknown name as for a wrong password. Only the right
// password reveals that a user is unconfirmed.
func (p *Pool) signIn(ctx context.Context, params map[string]string) (*initiateAuthOutput, error) {
	username, password := params["USERNAME"], params["PASSWORD"]
	if err := checkSignIn(username, password); err != nil {
		return nil, err
	}
	u, err := p.userByName(ctx, username)
	found := err == nil
	if !found && !errors.Is(err, errNoUser) {
		return nil, err
	}
	if err := p.checkPassword(ctx, username, u, found, password); err != nil {
		return nil, err
	}
	if !u.confirmed {
		return nil, errNotConfirmed
	}
	s, token, err := p.startSession(ctx, u)
	if err != nil {
		return nil, err
	}
	return p.authenticated(u, s, token)
}

func checkSignIn(username, password string) error {
	switch "" {
	case username:
		return missingParameter("USERNAME")
	case password:
		return missingParameter("PASSWORD")
	}
	var c constraints
	c.username(username)
	c.password("password", password)
	return c.err()
}

// refresh returns new ID and access tokens. The refresh token stays the same.
func (p *Pool) refresh(ctx context.Context, params map[string]string) (*initiateAuthOutput, error) {
	token := params["REFRESH_TOKEN"]
	if token == "" {
		return nil, missingParameter("REFRESH_TOKEN")
	}
	s, err := p.sessionByToken(ctx, token)
	switch {
	case errors.Is(err, errNoSession):
		return nil, errRefreshInvalid
	case err != nil:
		return nil, err
	case s.revoked:
		return nil, errRefreshRevoked
	case !p.now().Before(s.expires):
		return nil, errRefreshExpired
	}
	u, err := p.userByID(ctx, s.userID)
	if errors.Is(err, errNoUser) {
		return nil, errRefreshInvalid
	}
	if err != nil {
		return nil, err
	}
	return p.authenticated(u, s, "")
}

func (p *Pool) authenticated(u user, s session, refreshToken string) (*initiateAuthOutput, error) {
	idToken, accessToken, err := p.mint(u, s)
	if err != nil {
		return nil, err
	}
	return &initiateAuthOutput{
		AuthenticationResult: authResult{
			AccessToken: accessToken, IdToken: idToken, RefreshToken: refreshToken,
			ExpiresIn: int(tokenLifetime / time.Second), TokenType: "Bearer",
		},
		ChallengeParameters: map[string]string{},
	}, nil
}
