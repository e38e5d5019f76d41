package client

import (
	"context"
	"fmt"
	"time"
)

// renewBefore is how long before its end an ID token counts as ended, so that it
// does not end on the way: a 4 MiB upload over a slow line takes a while.
const renewBefore = time.Minute

// Refresher trades a refresh token for new tokens; [*Pool] is one.
type Refresher interface {
	Refresh(ctx context.Context, refreshToken string) (Tokens, error)
}

// Session is a [TokenSource] that refreshes its tokens when they are about to end
// or were refused. It is safe for concurrent use: callers that find the token
// ended together refresh it once.
type Session struct {
	pool Refresher
	// OnRefresh, unless nil, is told the new tokens before they are used, one
	// call at a time; its error fails the call that needed them.
	OnRefresh func(Tokens) error
	// turn holds the tokens while nobody is refreshing them. A channel and not a
	// mutex, so that waiting ends with the waiter's context.
	turn chan Tokens
}

var _ TokenSource = (*Session)(nil)

// NewSession starts from tokens that the pool gave.
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
// signed-in user take.
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

// current returns the tokens, refreshed if good says no.
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

// refresh returns the old tokens with an error: a pool that is away for a moment
// does not end the session.
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
