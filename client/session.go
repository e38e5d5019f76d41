package client

import (
	"context"
	"fmt"
	"time"
)

// renewBefore is how long before its expiry an ID token is renewed, so that it does not
// expire during a slow upload of 4 MiB.
const renewBefore = time.Minute

// Refresher exchanges a refresh token for new tokens. [*Pool] is one.
type Refresher interface {
	Refresh(ctx context.Context, refreshToken string) (Tokens, error)
}

// Session is a [TokenSource] that refreshes its tokens when they are about to expire or
// were refused. It is safe for concurrent use; concurrent callers share one refresh.
type Session struct {
	pool Refresher
	// OnRefresh, if not nil, gets the new tokens before they are used, one call at a
	// time. Its error fails the call that needed the tokens.
	OnRefresh func(Tokens) error
	// turn holds the tokens unless a caller is refreshing them. It is a channel and not
	// a mutex, so that a waiting caller can stop when its context ends.
	turn chan Tokens
}

var _ TokenSource = (*Session)(nil)

// NewSession returns a session that starts with these tokens.
func NewSession(pool Refresher, tokens Tokens) *Session {
	s := &Session{pool: pool, turn: make(chan Tokens, 1)}
	s.turn <- tokens
	return s
}

// Token implements [TokenSource].
func (s *Session) Token(ctx context.Context) (string, error) {
	tokens, err := s.current(ctx, lasting)
	return tokens.ID, err
}

// AccessToken is Token for the access token, which the user pool's operations on the
// signed-in user require.
func (s *Session) AccessToken(ctx context.Context) (string, error) {
	tokens, err := s.current(ctx, lasting)
	return tokens.Access, err
}

func lasting(t Tokens) bool { return time.Until(t.Expires) > renewBefore }

// Renew implements [TokenSource].
func (s *Session) Renew(ctx context.Context, refused string) (string, error) {
	tokens, err := s.current(ctx, func(t Tokens) bool { return t.ID != refused })
	return tokens.ID, err
}

// current returns the tokens, refreshed if good returns false.
func (s *Session) current(ctx context.Context, good func(Tokens) bool) (Tokens, error) {
	select {
	case <-ctx.Done():
		return Tokens{}, context.Cause(ctx)
	case tokens := <-s.turn:
		if good(tokens) {
			s.turn <- tokens
			return tokens, nil
		}
		fresh, err := s.refresh(ctx, tokens)
		s.turn <- fresh
		return fresh, err
	}
}

// refresh returns the old tokens with an error, because a pool that is unavailable for
// a moment does not end the session.
func (s *Session) refresh(ctx context.Context, old Tokens) (Tokens, error) {
	fresh, err := s.pool.Refresh(ctx, old.Refresh)
	if err != nil {
		return old, fmt.Errorf("refreshing the session: %w", err)
	}
	if s.OnRefresh != nil {
		if err := s.OnRefresh(fresh); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}
