package eventlog

import (
	"context"
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// maxReason is the longest stored reason in bytes. A panic's reason has its whole stack.
const maxReason = 4096

// settle records the outcome of a batch in one atomic step: failures are set aside or parked, a success after
// a failure removes it, and the checkpoint moves on. A checkpoint of 0 is left unchanged. After a crash
// before this, or a power loss before the next sync, the batch is delivered again.
func (w *worker) settle(ctx context.Context, batch []attempt, reasons map[int64]error, checkpoint int64) error {
	err := w.log.db.WriteUnsynced(ctx, func(tx *sqlite.Tx) error {
		for _, a := range batch {
			if err := w.settleOne(tx, a, reasons[a.position]); err != nil {
				return err
			}
		}
		if checkpoint == 0 {
			return nil
		}
		_, err := tx.Exec(`UPDATE event_checkpoints SET position = ? WHERE consumer = ?`, checkpoint, w.subscription.Consumer)
		return err
	})
	if err != nil {
		return fmt.Errorf("recording the outcome of a batch: %w", err)
	}
	if len(reasons) > 0 {
		select {
		case w.failed <- struct{}{}:
		default: // already signalled
		}
	}
	return nil
}

func (w *worker) settleOne(tx *sqlite.Tx, a attempt, reason error) error {
	consumer := w.subscription.Consumer
	if reason == nil {
		if a.firstFailedAt == 0 { // no row yet; a redriven delivery has one even at its first attempt
			return nil
		}
		_, err := tx.Exec(`DELETE FROM event_retries WHERE consumer = ? AND position = ?`, consumer, a.position)
		return err
	}
	now := w.log.now()
	firstFailedAt := a.firstFailedAt
	if firstFailedAt == 0 {
		firstFailedAt = now.UnixMilli()
	}
	text := clip(reason.Error())
	if a.number < w.policy.MaxAttempts && !permanent(reason) {
		next := now.Add(w.policy.pause(a.number)).UnixMilli()
		_, err := tx.Exec(`INSERT INTO event_retries (consumer, position, attempts, next_at, first_failed_at, reason)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (consumer, position) DO UPDATE
			SET attempts = excluded.attempts, next_at = excluded.next_at, reason = excluded.reason`,
			consumer, a.position, a.number, next, firstFailedAt, text)
		return err
	}
	w.logger.Error("delivery parked in the dead-letter table", "position", a.position, "eventType", a.kind, "attempts", a.number)
	if _, err := tx.Exec(`DELETE FROM event_retries WHERE consumer = ? AND position = ?`, consumer, a.position); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO dead_letters (consumer, position, attempts, first_failed_at, parked_at, reason)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (consumer, position) DO UPDATE
		SET attempts = excluded.attempts, parked_at = excluded.parked_at, reason = excluded.reason`,
		consumer, a.position, a.number, firstFailedAt, now.UnixMilli(), text)
	return err
}

// clip shortens a reason and makes it valid UTF-8, as a STRICT text column requires.
func clip(reason string) string {
	if len(reason) > maxReason {
		reason = reason[:maxReason] + "…"
	}
	return strings.ToValidUTF8(reason, "�")
}
