package deadletters

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Hold implements [ports.DeadLetters]. It reserves nothing: each letter is redriven in one transaction, by
// the first command.
func (d *DeadLetters) Hold(ctx context.Context, f ports.DeadLetterFilter) (ports.HeldDeadLetters, error) {
	list, err := d.List(ctx, f)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	list.Letters = slices.DeleteFunc(list.Letters, func(l ports.DeadLetter) bool { return len(f.IDs) == 0 && d.redriven[l.ID] })
	return held{d, list}, nil
}

type held struct {
	d    *DeadLetters
	list ports.DeadLetterList
}

func (h held) List() ports.DeadLetterList  { return h.list }
func (h held) Close(context.Context) error { return nil }

// Redrive implements [ports.HeldDeadLetters] in one transaction. A server delivers within a second, or at its
// next start.
func (h held) Redrive(ctx context.Context, ids ...ports.DeadLetterID) (moved []ports.DeadLetterID, err error) {
	err = h.d.DB.Write(ctx, func(tx *sqlite.Tx) error {
		moved = nil
		now := h.d.Now().UnixMilli()
		for _, id := range ids {
			if !h.list.Has(id) {
				continue
			}
			n, err := tx.Exec(`INSERT INTO event_retries (consumer, position, attempts, next_at, first_failed_at, reason)
				SELECT consumer, position, 0, ?, first_failed_at, '' FROM dead_letters
				WHERE consumer = ? AND position = ? ON CONFLICT DO NOTHING`, now, id.Consumer, id.Delivery)
			if err != nil {
				return err
			}
			if n == 0 { // already moved, here or by another command
				continue
			}
			if _, err := tx.Exec(`DELETE FROM dead_letters WHERE consumer = ? AND position = ?`, id.Consumer, id.Delivery); err != nil {
				return err
			}
			moved = append(moved, id)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("redriving: %w", err)
	}
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	for _, id := range moved {
		h.d.redriven[id] = true
	}
	return moved, nil
}

// Outcomes implements [ports.DeadLetters].
func (d *DeadLetters) Outcomes(ctx context.Context, ids []ports.DeadLetterID) (map[ports.DeadLetterID]ports.RedriveOutcome, error) {
	outcomes := make(map[ports.DeadLetterID]ports.RedriveOutcome, len(ids))
	for _, id := range ids {
		o := ports.RedriveOutcome{As: id}
		// One statement reads one snapshot, so a delivery that moves between the tables is found in one of
		// them.
		err := d.DB.Read().QueryRowContext(ctx, `SELECT ?, reason FROM event_retries WHERE consumer = ? AND position = ?
			UNION ALL SELECT ?, reason FROM dead_letters WHERE consumer = ? AND position = ?`,
			ports.OutcomeWaiting, id.Consumer, id.Delivery, ports.OutcomeParked, id.Consumer, id.Delivery).Scan(&o.State, &o.Reason)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			o.State = ports.OutcomeDelivered
		case err != nil:
			return nil, fmt.Errorf("reading the state of %s: %w", id, err)
		}
		outcomes[id] = o
	}
	return outcomes, nil
}
