package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
)

// parallelRetries is how many retries of one consumer run at once.
const parallelRetries = 8

// attempt is a delivery to be tried.
type attempt struct {
	position    int64
	publishedAt int64 // Unix milliseconds
	kind        string
	// number is 1 at the first attempt.
	number        int
	firstFailedAt int64
	event         events.Event
	unreadable    error // why event is missing
}

// register creates a new consumer's checkpoint. A projection starts at the beginning of the log. A consumer
// with side effects starts at its end, because otherwise a new one would act on the whole past.
func (w *worker) register(ctx context.Context) error {
	err := w.log.db.Write(ctx, func(tx *sqlite.Tx) error {
		var head int64
		if !w.subscription.Replays {
			if err := tx.QueryRow(`SELECT coalesce(max(position), 0) FROM event_log`).Scan(&head); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO event_checkpoints (consumer, position) VALUES (?, ?) ON CONFLICT DO NOTHING`,
			w.subscription.Consumer, head)
		return err
	})
	if err != nil {
		return fmt.Errorf("registering consumer %s: %w", w.subscription.Consumer, err)
	}
	err = w.log.db.Read().QueryRowContext(ctx, `SELECT position FROM event_checkpoints WHERE consumer = ?`,
		w.subscription.Consumer).Scan(&w.position)
	if err != nil {
		return fmt.Errorf("reading the checkpoint of consumer %s: %w", w.subscription.Consumer, err)
	}
	return nil
}

// fresh delivers events after the checkpoint.
func (w *worker) fresh(ctx context.Context) (pause, error) {
	head := w.log.head(w.subscription.Events)
	if head <= w.position {
		return pause{atMost: time.Hour}, nil
	}
	batch, err := w.between(ctx, w.position, head)
	if err != nil {
		return pause{}, err
	}
	if len(batch) == 0 {
		// Happens only after a start, when heads are not exact. The position is stored so that a consumer of
		// rare events does not scan the whole log each time.
		w.position = head
		return pause{}, w.settle(ctx, nil, nil, head)
	}
	batch, wait := w.due(batch)
	if len(batch) == 0 {
		return pause{atMost: wait, deaf: true}, nil
	}
	ctx = context.WithoutCancel(ctx) // a shutdown waits for the batch
	reasons := w.deliver(ctx, batch)
	last := batch[len(batch)-1].position
	if err := w.settle(ctx, batch, reasons, last); err != nil {
		return pause{}, err
	}
	w.position = last
	return pause{}, nil
}

func (w *worker) between(ctx context.Context, after, upTo int64) ([]attempt, error) {
	if batch, ok := w.log.tail.between(after, upTo, w.subscription.Events, w.policy.BatchSize); ok {
		return batch, nil
	}
	types := inTypes(w.subscription.Events)
	query := `SELECT 1, 0, position, published_at, source, type, detail FROM event_log
		WHERE position > ? AND position <= ? AND type ` + types.sql + `
		ORDER BY position LIMIT ` + strconv.Itoa(w.policy.BatchSize)
	rows, err := w.log.db.Read().QueryContext(ctx, query, append([]any{after, upTo}, types.args...)...)
	if err != nil {
		return nil, fmt.Errorf("reading the log: %w", err)
	}
	return scan(rows)
}

type condition struct {
	sql  string
	args []any
}

func inTypes(types []events.Type) condition {
	c := condition{sql: "IN (?" + strings.Repeat(", ?", len(types)-1) + ")"}
	for _, t := range types {
		c.args = append(c.args, string(t))
	}
	return c
}

// due omits events that the consumer's delay still holds back, and returns how long until the first of them
// is due. An event published in the future is due: the clock went back and may take long to catch up.
func (w *worker) due(batch []attempt) ([]attempt, time.Duration) {
	delay := time.Duration(w.subscription.DelaySeconds) * time.Second
	now := w.log.now()
	for i, a := range batch {
		since := now.Sub(time.UnixMilli(a.publishedAt))
		if since >= 0 && since < delay {
			return batch[:i], delay - since
		}
	}
	return batch, 0
}

// retries retries failed deliveries whose pause is over.
func (w *worker) retries(ctx context.Context) (pause, error) {
	if err := w.boundPauses(ctx); err != nil {
		return pause{}, err
	}
	rows, err := w.log.db.Read().QueryContext(ctx, `SELECT r.attempts, r.first_failed_at,
			l.position, l.published_at, l.source, l.type, l.detail
		FROM event_retries r JOIN event_log l USING (position)
		WHERE r.consumer = ? AND r.next_at <= ? ORDER BY r.next_at LIMIT `+strconv.Itoa(w.policy.BatchSize),
		w.subscription.Consumer, w.looked.UnixMilli())
	if err != nil {
		return pause{}, fmt.Errorf("reading retries: %w", err)
	}
	batch, err := scan(rows)
	if err != nil {
		return pause{}, err
	}
	if len(batch) == 0 {
		return w.nextRetry(ctx)
	}
	for i := range batch {
		batch[i].number++
	}
	ctx = context.WithoutCancel(ctx)
	reasons := w.deliverSingly(ctx, batch)
	return pause{}, w.settle(ctx, batch, reasons, 0)
}

// boundPauses shortens pauses that would outlast their full length, at the start and whenever the clock went
// back.
func (w *worker) boundPauses(ctx context.Context) error {
	now := w.log.now()
	back := now.Before(w.looked) || w.looked.IsZero()
	w.looked = now
	if !back {
		return nil
	}
	err := w.log.db.Write(ctx, func(tx *sqlite.Tx) error {
		for attempts := range w.policy.MaxAttempts {
			_, err := tx.Exec(`UPDATE event_retries SET next_at = ?1 WHERE consumer = ?2 AND attempts = ?3 AND next_at > ?1`,
				now.Add(w.policy.pause(attempts)).UnixMilli(), w.subscription.Consumer, attempts)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.looked = time.Time{}
		return fmt.Errorf("bounding pauses: %w", err)
	}
	return nil
}

func (w *worker) nextRetry(ctx context.Context) (pause, error) {
	var next sql.NullInt64
	err := w.log.db.Read().QueryRowContext(ctx, `SELECT min(next_at) FROM event_retries WHERE consumer = ?`,
		w.subscription.Consumer).Scan(&next)
	if err != nil {
		return pause{}, fmt.Errorf("reading retries: %w", err)
	}
	if !next.Valid {
		return pause{atMost: time.Hour}, nil
	}
	wait := time.UnixMilli(next.Int64).Sub(w.log.now())
	if wait > w.policy.MaxPause {
		w.looked = time.Time{} // set aside while the clock went back
	}
	return pause{atMost: max(wait, time.Millisecond)}, nil
}

// scan reads and decodes attempts. An event that cannot be decoded is included, and fails on delivery.
func scan(rows *sql.Rows) (batch []attempt, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var a attempt
		var source string
		var detail []byte
		if err := rows.Scan(&a.number, &a.firstFailedAt, &a.position, &a.publishedAt, &source, &a.kind, &detail); err != nil {
			return nil, fmt.Errorf("reading an event: %w", err)
		}
		a.event, a.unreadable = events.Decode(source, a.kind, detail)
		batch = append(batch, a)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	return batch, nil
}

// ErrConsumer means that a consumer failed as a whole.
var ErrConsumer = errors.New("consumer failed")

// deliver hands the batch to the consumer and returns the failures.
func (w *worker) deliver(ctx context.Context, batch []attempt) map[int64]error {
	reasons := map[int64]error{}
	var evs []events.Event
	var places []int64 // positions of evs
	for _, a := range batch {
		if a.unreadable != nil {
			reasons[a.position] = a.unreadable
			continue
		}
		evs, places = append(evs, a.event), append(places, a.position)
	}
	if len(evs) > 0 {
		ctx, cancel := context.WithTimeout(ctx, w.policy.Timeout)
		defer cancel()
		for i, err := range w.call(ctx, evs) {
			if err != nil {
				reasons[places[i]] = err
			}
		}
	}
	for position, reason := range reasons {
		w.logger.ErrorContext(ctx, "delivery failed", "deliveryId", position, "error", reason)
	}
	return reasons
}

// deliverSingly delivers each event in its own batch, so that one that failed only because of another
// succeeds.
func (w *worker) deliverSingly(ctx context.Context, batch []attempt) map[int64]error {
	var mu sync.Mutex
	reasons := map[int64]error{}
	var g errgroup.Group
	g.SetLimit(parallelRetries)
	for _, a := range batch {
		g.Go(func() error {
			one := w.deliver(ctx, []attempt{a})
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(reasons, one)
			return nil
		})
	}
	_ = g.Wait() // reasons has every error
	return reasons
}

// call returns an error or nil for each event.
func (w *worker) call(ctx context.Context, evs []events.Event) (errs []error) {
	defer func() {
		if p := recover(); p != nil {
			errs = slices.Repeat([]error{fmt.Errorf("%w: panic: %v", ErrConsumer, p)}, len(evs))
		}
	}()
	errs = w.handler(ctx, evs)
	if len(errs) != len(evs) {
		return slices.Repeat([]error{fmt.Errorf("%w: it gave %d outcomes for %d events", ErrConsumer, len(errs), len(evs))}, len(evs))
	}
	return errs
}
