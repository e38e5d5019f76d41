package topics

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// ledger implements ports.NotificationLedger. One row per recipient records the messages that mails have
// counted. Claims are in memory, because only one process works on a database; the claims of a dead process
// are free at once.
type ledger struct {
	db *sqlite.DB

	mu     sync.Mutex
	claims map[string]claim // by recipient
}

type claim struct {
	token string
	at    time.Time
	lease time.Duration
}

func openLedger(ctx context.Context, db *sqlite.DB) (*ledger, error) {
	err := db.Migrate(ctx, "notifications",
		`CREATE TABLE notifications (
			recipient_id TEXT PRIMARY KEY,
			counted TEXT NOT NULL -- a JSON array of message ids
		) STRICT, WITHOUT ROWID`)
	if err != nil {
		return nil, fmt.Errorf("preparing the notification ledger: %w", err)
	}
	return &ledger{db: db, claims: map[string]claim{}}, nil
}

// Claim implements ports.NotificationLedger.
func (l *ledger) Claim(ctx context.Context, recipientID string, messageIDs []string, now time.Time, lease time.Duration) (ports.NotificationClaim, error) {
	// The lock is held while reading, because a claim ends only after its counted messages are stored.
	l.mu.Lock()
	defer l.mu.Unlock()
	counted, err := scanCounted(l.db.Read().QueryRowContext(ctx, selectCounted, recipientID))
	if err != nil {
		return ports.NotificationClaim{}, fmt.Errorf("claiming a notification: %w", err)
	}
	left := slices.DeleteFunc(slices.Clone(messageIDs), func(id string) bool { return slices.Contains(counted, id) })
	if len(left) == 0 {
		return ports.NotificationClaim{}, ports.ErrCovered
	}
	if c, ok := l.claims[recipientID]; ok && now.Sub(c.at).Abs() < c.lease {
		return ports.NotificationClaim{}, ports.ErrClaimed
	}
	token := rand.Text()
	l.claims[recipientID] = claim{token, now, lease}
	return ports.NotificationClaim{RecipientID: recipientID, MessageIDs: left, Token: token}, nil
}

// Complete implements ports.NotificationLedger.
func (l *ledger) Complete(ctx context.Context, claim ports.NotificationClaim, counted []string) error {
	err := l.db.Write(ctx, func(tx *sqlite.Tx) error {
		before, err := scanCounted(tx.QueryRow(selectCounted, claim.RecipientID))
		if err != nil {
			return err
		}
		forget := claim.Forgettable(before)
		before = slices.DeleteFunc(before, func(id string) bool { return slices.Contains(forget, id) })
		all := slices.Compact(slices.Sorted(slices.Values(append(before, counted...))))
		stored, err := json.Marshal(all)
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO notifications (recipient_id, counted) VALUES (?, ?)
			ON CONFLICT (recipient_id) DO UPDATE SET counted = excluded.counted`, claim.RecipientID, string(stored))
		return err
	})
	if err != nil {
		return fmt.Errorf("completing a notification: %w", err)
	}
	l.end(claim)
	return nil
}

const selectCounted = `SELECT counted FROM notifications WHERE recipient_id = ?`

func scanCounted(row interface{ Scan(...any) error }) (ids []string, err error) {
	var stored string
	if err := row.Scan(&stored); errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return ids, json.Unmarshal([]byte(stored), &ids)
}

// Release implements ports.NotificationLedger.
func (l *ledger) Release(_ context.Context, claim ports.NotificationClaim) error {
	l.end(claim)
	return nil
}

// end does nothing unless this claim is open.
func (l *ledger) end(claim ports.NotificationClaim) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.claims[claim.RecipientID].token == claim.Token {
		delete(l.claims, claim.RecipientID)
	}
}
