package userpool

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// refreshLifetime is Cognito's default for refresh tokens.
const refreshLifetime = 30 * 24 * time.Hour

// refreshSize is the random part of a refresh token in bytes.
const refreshSize = 32

// maxSessions is how many sessions one user may have; the oldest ends if there are more. The limit keeps one
// user from filling the disk.
const maxSessions = 100

// session is one sign-in: a refresh token and the tokens issued with it.
type session struct {
	id       string // the tokens' origin_jti
	userID   string
	signedIn time.Time
	expires  time.Time
	revoked  bool
}

// startSession stores a session and returns its refresh token, of which only a hash is stored. It returns
// errBadCredentials if the user's password has changed since it was checked: the reset revoked all sessions,
// and must not miss this one.
func (p *Pool) startSession(ctx context.Context, u user) (session, string, error) {
	if err := p.signedIn(ctx, u); err != nil {
		return session{}, "", err
	}
	secret := make([]byte, refreshSize)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	token := base64.RawURLEncoding.EncodeToString(secret)
	now := p.now().UTC()
	s := session{id: uuid.NewString(), userID: u.id, signedIn: now, expires: now.Add(refreshLifetime)}
	err := p.endSessions(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`INSERT INTO userpool_sessions (id, user_id, token_hash, signed_in_ms, expires_ms)
			SELECT ?, id, ?, ?, ? FROM userpool_users WHERE id = ? AND password = ?`,
			s.id, refreshHash(token), now.UnixMilli(), s.expires.UnixMilli(), u.id, u.password)
		if err != nil {
			return err
		}
		if n == 0 {
			return errBadCredentials
		}
		return sweepSessions(tx, u.id, now)
	})
	if err != nil {
		return session{}, "", fmt.Errorf("starting a session: %w", err)
	}
	return s, token, nil
}

// sweepSessions removes the user's oldest sessions above maxSessions, and a few expired ones of any user.
func sweepSessions(tx *sqlite.Tx, userID string, now time.Time) error {
	_, err := tx.Exec(`DELETE FROM userpool_sessions WHERE id IN
		(SELECT id FROM userpool_sessions WHERE user_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?)`, userID, maxSessions)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM userpool_sessions WHERE id IN
		(SELECT id FROM userpool_sessions WHERE expires_ms <= ? LIMIT 10)`, now.UnixMilli())
	return err
}

func refreshHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

const selectSession = `SELECT id, user_id, signed_in_ms, expires_ms, revoked FROM userpool_sessions WHERE `

// errNoSession never reaches a caller.
var errNoSession = errors.New("no such session")

func (p *Pool) sessionByToken(ctx context.Context, token string) (session, error) {
	return p.session(ctx, selectSession+`token_hash = ?`, refreshHash(token))
}

func (p *Pool) sessionByID(ctx context.Context, id string) (session, error) {
	return p.session(ctx, selectSession+`id = ?`, id)
}

func (p *Pool) session(ctx context.Context, query string, arg any) (session, error) {
	var (
		s                 session
		signedIn, expires int64
	)
	err := p.db.Read().QueryRowContext(ctx, query, arg).Scan(&s.id, &s.userID, &signedIn, &expires, &s.revoked)
	if errors.Is(err, sql.ErrNoRows) {
		return session{}, errNoSession
	}
	if err != nil {
		return session{}, fmt.Errorf("reading a session: %w", err)
	}
	s.signedIn, s.expires = time.UnixMilli(signedIn).UTC(), time.UnixMilli(expires).UTC()
	return s, nil
}

// endSessions runs a transaction that may end sessions. Once it returns, none of their refresh, access and ID
// tokens is accepted.
func (p *Pool) endSessions(ctx context.Context, end func(*sqlite.Tx) error) error {
	defer p.verifier.verified.ended.Add(1) // after the commit; a failed write costs only a recheck
	return p.db.Write(ctx, end)
}

// revokeSessions ends the user's sessions except one (or all if except is empty). Revoked sessions are kept
// until they expire, so that their tokens are answered as revoked.
func revokeSessions(tx *sqlite.Tx, userID, except string) error {
	_, err := tx.Exec(`UPDATE userpool_sessions SET revoked = 1 WHERE user_id = ? AND id <> ?`, userID, except)
	return err
}
