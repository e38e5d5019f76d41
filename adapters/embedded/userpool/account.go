package userpool

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

type accessTokenInput struct {
	AccessToken string
}

func (p *Pool) bearer(ctx context.Context, token string) (bearer, error) {
	var c constraints
	c.token("accessToken", token)
	if err := c.err(); err != nil {
		return bearer{}, err
	}
	return p.access(ctx, token)
}

type getUserOutput struct {
	Username       string
	UserAttributes []attribute
}

func (p *Pool) getUser(ctx context.Context, in accessTokenInput) (*getUserOutput, error) {
	b, err := p.bearer(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return &getUserOutput{Username: b.user.username, UserAttributes: []attribute{
		{"email", b.user.email}, {"email_verified", "true"}, {"sub", b.user.id},
	}}, nil
}

// globalSignOut ends all sessions of the user, including this one.
func (p *Pool) globalSignOut(ctx context.Context, in accessTokenInput) (nothing, error) {
	b, err := p.bearer(ctx, in.AccessToken)
	if err != nil {
		return nothing{}, err
	}
	err = p.endSessions(ctx, func(tx *sqlite.Tx) error { return revokeSessions(tx, b.user.id, "") })
	if err != nil {
		return nothing{}, fmt.Errorf("signing out: %w", err)
	}
	return nothing{}, nil
}

type changePasswordInput struct {
	AccessToken      string
	PreviousPassword string
	ProposedPassword string
}

// changePassword also requires the old password, so a stolen token is not enough. Wrong old passwords count
// towards the lock-out. Every other session of the user ends.
func (p *Pool) changePassword(ctx context.Context, in changePasswordInput) (nothing, error) {
	var c constraints
	c.token("accessToken", in.AccessToken)
	c.password("previousPassword", in.PreviousPassword)
	c.password("proposedPassword", in.ProposedPassword)
	if err := c.err(); err != nil {
		return nothing{}, err
	}
	b, err := p.access(ctx, in.AccessToken)
	if err != nil {
		return nothing{}, err
	}
	if err := checkPolicy(in.ProposedPassword); err != nil {
		return nothing{}, err
	}
	if err := p.checkPassword(ctx, b.user.username, b.user, true, in.PreviousPassword); err != nil {
		return nothing{}, err
	}
	hash, err := p.newPassword(ctx, b.user.id, in.ProposedPassword)
	if err != nil {
		return nothing{}, err
	}
	err = p.endSessions(ctx, func(tx *sqlite.Tx) error {
		return errors.Join(
			replacePassword(tx, b.user.id, b.user.password, hash, p.now()),
			revokeSessions(tx, b.user.id, b.session.id),
		)
	})
	if err != nil {
		return nothing{}, fmt.Errorf("changing a password: %w", err)
	}
	return nothing{}, nil
}

type revokeTokenInput struct {
	Token    string
	ClientId string
}

// revokeToken ends the session of a refresh token. An unknown token counts as revoked (RFC 7009, section
// 2.2).
func (p *Pool) revokeToken(ctx context.Context, in revokeTokenInput) (nothing, error) {
	var c constraints
	c.clientID(in.ClientId)
	c.token("token", in.Token)
	if err := errors.Join(c.err(), p.checkClient(in.ClientId)); err != nil {
		return nothing{}, err
	}
	if strings.Count(in.Token, ".") == 2 { // an ID or access token
		return nothing{}, errTokenType
	}
	err := p.endSessions(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE userpool_sessions SET revoked = 1 WHERE token_hash = ?`, refreshHash(in.Token))
		return err
	})
	if err != nil {
		return nothing{}, fmt.Errorf("revoking a token: %w", err)
	}
	return nothing{}, nil
}
