package userpool

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	// maxVerified is how many tokens are remembered. An entry has about 2 KB.
	maxVerified = 2048
	// recheckAfter is how long a session is taken to go on that only another process
	// can have ended: an operator's command.
	recheckAfter = time.Second
)

// tokenHash stands for a token, so that the memory holds none.
type tokenHash [sha256.Size]byte

// verified remembers tokens whose signature and origin are good, which stays true, and
// whether their session goes on, which is asked again when a session has ended. Only
// good tokens get in, so bad ones push none out.
type verified struct {
	tokens *lru.Cache[tokenHash, goodToken]
	// ended counts the times that sessions were ended by this process.
	ended atomic.Uint64
	// live reports whether the session goes on.
	live func(ctx context.Context, sessionID string) (bool, error)
}

// goodToken is not changed once it is remembered.
type goodToken struct {
	claims  map[string]any
	ended   uint64    // what verified.ended was before the session was looked at
	checked time.Time // when it was
}

func newVerified(live func(context.Context, string) (bool, error)) (*verified, error) {
	tokens, err := lru.New[tokenHash, goodToken](maxVerified)
	if err != nil {
		return nil, fmt.Errorf("a memory of tokens: %w", err)
	}
	return &verified{tokens: tokens, live: live}, nil
}

// goesOn returns an error that wraps ErrTokenInvalid if the token's session has ended,
// and remembers the token otherwise.
func (v *verified) goesOn(ctx context.Context, hash tokenHash, t goodToken, now time.Time) error {
	ended := v.ended.Load()
	if age := now.Sub(t.checked); t.ended == ended && age >= 0 && age < recheckAfter {
		return nil
	}
	session, _ := t.claims["origin_jti"].(string)
	live, err := v.live(ctx, session)
	if err != nil {
		return err
	}
	if !live {
		v.tokens.Remove(hash)
		return invalid("its session has ended")
	}
	v.tokens.Add(hash, goodToken{t.claims, ended, now})
	return nil
}

// sessionIsLive reports whether a session was not revoked and its user is still there.
func (p *Pool) sessionIsLive(ctx context.Context, id string) (live bool, err error) {
	err = p.db.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM userpool_sessions s
		JOIN userpool_users u ON u.id = s.user_id WHERE s.id = ? AND s.revoked = 0)`, id).Scan(&live)
	if err != nil {
		return false, fmt.Errorf("reading a session: %w", err)
	}
	return live, nil
}
