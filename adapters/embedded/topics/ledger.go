package topics

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// ledger implements ports.NotificationLedger: one row for each recipient, which
// says up to when mails cover messages and who is sending one now.
type ledger struct{ db *sqlite.DB }

func openLedger(ctx context.Context, db *sqlite.DB) (ledger, error) {
	// The names and units are those of the table on AWS (docs/aws-data-model.md).
	err := db.Migrate(ctx, "notifications",
		`CREATE TABLE notifications (
			recipient_id TEXT PRIMARY KEY,
			covered_until INTEGER,
			claimed_at INTEGER,
			lease_until INTEGER,
			token TEXT) STRICT, WITHOUT ROWID`)
	if err != nil {
		return ledger{}, fmt.Errorf("preparing the notification ledger: %w", err)
	}
	return ledger{db: db}, nil
}

// Claim implements ports.NotificationLedger. The writer's transactions run one
// after the other, so of concurrent claims the first is granted.
func (l ledger) Claim(ctx context.Context, recipientID string, storedAt, now time.Time, lease time.Duration) (ports.NotificationClaim, error) {
	claim := ports.NotificationClaim{RecipientID: recipientID, At: now.Truncate(time.Millisecond).UTC(), Token: rand.Text()}
	err := l.db.Write(ctx, func(tx *sqlite.Tx) error {
		if err := mayClaim(tx, recipientID, storedAt.UnixMilli(), now.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO notifications (recipient_id, claimed_at, lease_until, token) VALUES (?, ?, ?, ?)
			ON CONFLICT (recipient_id) DO UPDATE
			SET claimed_at = excluded.claimed_at, lease_until = excluded.lease_until, token = excluded.token`,
			recipientID, claim.At.UnixMilli(), now.Add(lease).UnixMilli(), claim.Token)
		return err
	})
	if err != nil {
		return ports.NotificationClaim{}, fmt.Errorf("claiming a notification: %w", err)
	}
	return claim, nil
}

func mayClaim(tx *sqlite.Tx, recipientID string, storedAt, now int64) error {
	var covered, leaseUntil sql.NullInt64
	err := tx.QueryRow(`SELECT covered_until, lease_until FROM notifications WHERE recipient_id = ?`, recipientID).
		Scan(&covered, &leaseUntil)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case covered.Valid && storedAt <= covered.Int64:
		return ports.ErrCovered
	case leaseUntil.Valid && now < leaseUntil.Int64:
		return ports.ErrClaimed
	}
	return nil
}

// Settle implements ports.NotificationLedger. The mail covers what it covers even
// when another worker has taken over meanwhile; that worker's claim stays open.
func (l ledger) Settle(ctx context.Context, claim ports.NotificationClaim) error {
	err := l.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO notifications (recipient_id, covered_until) VALUES (?, ?)
			ON CONFLICT (recipient_id) DO UPDATE
			SET covered_until = max(coalesce(covered_until, 0), excluded.covered_until)`,
			claim.RecipientID, claim.At.UnixMilli())
		return errors.Join(err, closeClaim(tx, claim))
	})
	if err != nil {
		return fmt.Errorf("settling a notification: %w", err)
	}
	return nil
}

// Release implements ports.NotificationLedger.
func (l ledger) Release(ctx context.Context, claim ports.NotificationClaim) error {
	err := l.db.Write(ctx, func(tx *sqlite.Tx) error { return closeClaim(tx, claim) })
	if err != nil {
		return fmt.Errorf("releasing a notification: %w", err)
	}
	return nil
}

// closeClaim does nothing unless the claim is the one that is open.
func closeClaim(tx *sqlite.Tx, claim ports.NotificationClaim) error {
	_, err := tx.Exec(`UPDATE notifications SET claimed_at = NULL, lease_until = NULL, token = NULL
		WHERE recipient_id = ? AND token = ?`, claim.RecipientID, claim.Token)
	return err
}
