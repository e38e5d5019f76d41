package userpool

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"
)

// tokenLifetime is Cognito's default for ID and access tokens.
const tokenLifetime = time.Hour

// Values of the token_use claim.
const (
	useID     = "id"
	useAccess = "access"
)

// userScope allows an access token to call the pool's operations on its own user.
const userScope = "aws.cognito.signin.user.admin"

// mint returns an ID token and an access token with Cognito's claims.
func (p *Pool) mint(u user, s session) (idToken, accessToken string, err error) {
	now := p.now()
	event := uuid.NewString() // both tokens share one event_id
	idToken, err = p.sign(now, u, s, event, map[string]any{
		"token_use": useID, "aud": p.settings.clientID,
		"cognito:username": u.username, "email": u.email, "email_verified": true,
	})
	if err != nil {
		return "", "", err
	}
	accessToken, err = p.sign(now, u, s, event, map[string]any{
		"token_use": useAccess, "client_id": p.settings.clientID, "username": u.username, "scope": userScope,
	})
	return idToken, accessToken, err
}

func (p *Pool) sign(now time.Time, u user, s session, event string, claims map[string]any) (string, error) {
	claims["sub"] = u.id
	claims["iss"] = p.issuer
	claims["iat"] = now.Unix()
	claims["exp"] = now.Add(tokenLifetime).Unix()
	claims["auth_time"] = s.signedIn.Unix()
	claims["jti"] = uuid.NewString()
	claims["origin_jti"] = s.id
	claims["event_id"] = event
	token, err := jwt.Signed(p.key.signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return token, nil
}

// bearer identifies the user and session of an access token.
type bearer struct {
	user    user
	session session
}

// access checks an access token. It refuses a token of a revoked session.
func (p *Pool) access(ctx context.Context, token string) (bearer, error) {
	claims, err := p.verifier.verifyAccess(token, p.now())
	if errors.Is(err, ErrTokenExpired) {
		return bearer{}, errAccessExpired
	}
	if err != nil {
		return bearer{}, errAccessInvalid
	}
	origin, _ := claims["origin_jti"].(string)
	s, err := p.sessionByID(ctx, origin)
	if errors.Is(err, errNoSession) || (err == nil && s.revoked) {
		return bearer{}, errAccessRevoked
	}
	if err != nil {
		return bearer{}, err
	}
	u, err := p.userByID(ctx, s.userID)
	if errors.Is(err, errNoUser) {
		return bearer{}, errAccessInvalid
	}
	return bearer{user: u, session: s}, err
}
