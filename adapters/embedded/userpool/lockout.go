package userpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// Cognito's lock-out (Amazon Cognito Developer Guide, "Lockout behavior for failed sign-in attempts"): the
// fifth consecutive failure locks the user out for one second, and each further failure doubles the time, up
// to about fifteen minutes. Attempts during a lock-out do not count. A success, or fifteen minutes without an
// attempt, resets the count.
const (
	freeFailures = 5
	maxLockout   = 15 * time.Minute
)

// lockout returns the length of the lock-out after n consecutive failures.
func lockout(n int) time.Duration {
	if n < freeFailures {
		return 0
	}
	return min(time.Second<<min(n-freeFailures, 10), maxLockout)
}

// checkPassword compares the password with the user's, or with a dummy if found is false, and counts
// failures. Unknown names are locked out too, because otherwise the lock-out would reveal which users exist.
// It returns errBadCredentials, errLockedOut or errBusy.
func (p *Pool) checkPassword(ctx context.Context, username string, u user, found bool, password string) error {
	release, err := p.hasher.admit()
	if err != nil {
		return err
	}
	defer release()
	key := usernameKey(username)
	leave, err := p.gate.enter(ctx, key)
	if err != nil {
		return err
	}
	defer leave()
	failures, err := p.failures(ctx, key)
	if err != nil {
		return err
	}
	ok, err := p.passwordMatches(ctx, u, found, password)
	if err != nil {
		return err
	}
	if !ok {
		// A guess that cannot be counted is not answered.
		if err := p.countFailure(ctx, key, failures+1); err != nil {
			return fmt.Errorf("counting a failed sign-in: %w", err)
		}
		return errBadCredentials
	}
	if failures == 0 {
		return nil
	}
	return p.db.Write(ctx, func(tx *sqlite.Tx) error { return forgetFailures(tx, key) })
}

func (p *Pool) passwordMatches(ctx context.Context, u user, found bool, password string) (bool, error) {
	stored := u.password
	if !found {
		u.id, stored = "", p.hasher.dummy
	}
	ok, err := p.hasher.matches(ctx, u.id, stored, password)
	if err != nil {
		return false, fmt.Errorf("checking a password: %w", err)
	}
	return ok && found, nil
}

// failures returns the number of consecutive failures, or errLockedOut.
func (p *Pool) failures(ctx context.Context, key string) (int, error) {
	var n int
	var last int64
	err := p.db.Read().QueryRowContext(ctx,
		`SELECT failures, last_ms FROM userpool_failures WHERE username_key = ?`, key).Scan(&n, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading failed sign-ins: %w", err)
	}
	now := p.now()
	since := now.Sub(time.UnixMilli(last))
	switch {
	case since < 0:
		// The clock went back. Restart the wait now, or it would last until the clock has caught up.
		if err := p.failedAt(ctx, key, now); err != nil {
			return 0, err
		}
		since = 0
	case since >= maxLockout:
		return 0, nil
	}
	if since < lockout(n) {
		return 0, errLockedOut
	}
	return n, nil
}

// failedAt sets the time of the latest failure to now.
func (p *Pool) failedAt(ctx context.Context, key string, now time.Time) error {
	err := p.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE userpool_failures SET last_ms = ? WHERE username_key = ?`, now.UnixMilli(), key)
		return err
	})
	if err != nil {
		return fmt.Errorf("moving a failed sign-in: %w", err)
	}
	return nil
}

// countFailure also deletes a few expired rows. Each row costs its sender a password hash, so the table stays
// small.
func (p *Pool) countFailure(ctx context.Context, key string, n int) error {
	now := p.now()
	return p.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO userpool_failures (username_key, failures, last_ms) VALUES (?, ?, ?)
			ON CONFLICT (username_key) DO UPDATE SET failures = excluded.failures, last_ms = excluded.last_ms`,
			key, n, now.UnixMilli())
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM userpool_failures WHERE username_key IN
			(SELECT username_key FROM userpool_failures WHERE last_ms <= ? LIMIT 10)`, now.Add(-maxLockout).UnixMilli())
		return err
	})
}

func forgetFailures(tx *sqlite.Tx, key string) error {
	_, err := tx.Exec(`DELETE FROM userpool_failures WHERE username_key = ?`, key)
	return err
}
