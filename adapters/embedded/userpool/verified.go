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
	// maxVerified is how many tokens are cached, at about 2 KB each.
	maxVerified = 2048
	// recheckAfter is how long a cached session is trusted. Sessions that this process ends are noticed at
	// once; only an operator's command ends one from another process.
	recheckAfter = time.Second
)

// tokenHash identifies a token, so that the cache contains no tokens.
type tokenHash [sha256.Size]byte

// verified caches valid tokens. Signature and origin stay valid. Whether the session is live is checked again
// after any session has ended. Only valid tokens are cached, so invalid ones evict none.
type verified struct {
	tokens *lru.Cache[tokenHash, goodToken]
	// ended counts how often this process ended sessions.
	ended atomic.Uint64
	// live reports whether the session is live.
	live func(ctx context.Context, sessionID string) (bool, error)
}

// goodToken is immutable once it is cached.
type goodToken struct {
	claims  map[string]any
	ended   uint64    // value of verified.ended before the session was checked
	checked time.Time // when it was checked
}

func newVerified(live func(context.Context, string) (bool, error)) (*verified, error) {
	tokens, err := lru.New[tokenHash, goodToken](maxVerified)
	if err != nil {
		return nil, fmt.Errorf("a memory of tokens: %w", err)
	}
	return &verified{tokens: tokens, live: live}, nil
}

// goesOn returns an error that wraps ErrTokenInvalid if the token's session has ended, and otherwise caches
// the token.
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

// sessionIsLive reports whether a session is not revoked and its user exists.
func (p *Pool) sessionIsLive(ctx context.Context, id string) (live bool, err error) {
	err = p.db.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM userpool_sessions s
		JOIN userpool_users u ON u.id = s.user_id WHERE s.id = ? AND s.revoked = 0)`, id).Scan(&live)
	if err != nil {
		return false, fmt.Errorf("reading a session: %w", err)
	}
	return live, nil
}
