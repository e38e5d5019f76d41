package deadletters

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// Config is what DeadLetters needs. All fields are required.
type Config struct {
	DB *sqlite.DB
	// Log is the event log in DB.
	Log *eventlog.Log
	Now func() time.Time
	// Delivering reports whether a server is dispatching the log.
	Delivering func() (bool, error)
}

// DeadLetters implements [ports.DeadLetters]. A server may be running at the same time.
type DeadLetters struct {
	Config
	mu       sync.Mutex
	redriven map[ports.DeadLetterID]bool
}

var _ ports.DeadLetters = (*DeadLetters)(nil)

// New returns the dead letters of an event log.
func New(c Config) *DeadLetters {
	return &DeadLetters{Config: c, redriven: map[ports.DeadLetterID]bool{}}
}

// Delivering implements [ports.DeadLetters].
func (d *DeadLetters) Delivering() (bool, error) { return d.Config.Delivering() }

// Waits implements [ports.DeadLetters]. Nothing is ever hidden, and the wait for an outcome is unbounded.
func (d *DeadLetters) Waits(_ context.Context, f ports.DeadLetterFilter) (ports.RedriveWaits, error) {
	return ports.RedriveWaits{}, check(f)
}

func check(f ports.DeadLetterFilter) error {
	if f.Consumer != "" {
		all, err := events.Subscriptions()
		if err != nil {
			return err
		}
		if _, known := all[f.Consumer]; !known {
			return fmt.Errorf("%w %q; there are %s", ports.ErrNoConsumer, f.Consumer, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
		}
	}
	for _, id := range f.IDs {
		if _, err := position(id); err != nil {
			return err
		}
		if f.Consumer != "" && id.Consumer != f.Consumer {
			return fmt.Errorf("%s is %w %s", id, ports.ErrOtherConsumer, f.Consumer)
		}
	}
	return nil
}

// position returns the delivery's position in the log.
func position(id ports.DeadLetterID) (int64, error) {
	n, err := strconv.ParseInt(id.Delivery, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is %w", id, ports.ErrDeadLetterID)
	}
	return n, nil
}

// List implements [ports.DeadLetters].
func (d *DeadLetters) List(ctx context.Context, f ports.DeadLetterFilter) (list ports.DeadLetterList, err error) {
	if err := check(f); err != nil {
		return list, err
	}
	rows, err := d.DB.Read().QueryContext(ctx, `SELECT d.consumer, d.position, e.type, e.subject,
			iif(json_valid(CAST(e.detail AS TEXT)), coalesce(json_extract(CAST(e.detail AS TEXT), '$.metadata.id'), ''), ''),
			d.attempts, d.reason, d.first_failed_at, d.parked_at
		FROM dead_letters d JOIN event_log e USING (position)
		WHERE ? IN ('', d.consumer) ORDER BY d.first_failed_at, d.position, d.consumer`, f.Consumer)
	if err != nil {
		return list, fmt.Errorf("reading dead letters: %w", err)
	}
	if list.Letters, err = scan(rows, f); err != nil {
		return list, fmt.Errorf("reading dead letters: %w", err)
	}
	for i := range list.Letters {
		if len(f.IDs) == 0 {
			break
		}
		if list.Letters[i].Event, err = d.event(ctx, list.Letters[i].ID); err != nil {
			return list, err
		}
	}
	return list, nil
}

func scan(rows *sql.Rows, f ports.DeadLetterFilter) (letters []ports.DeadLetter, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l ports.DeadLetter
		var first, parked int64
		if err := rows.Scan(&l.ID.Consumer, &l.ID.Delivery, &l.Type, &l.Subject, &l.EventID, &l.Attempts, &l.Reason, &first, &parked); err != nil {
			return nil, err
		}
		l.FirstFailedAt, l.ParkedAt = time.UnixMilli(first).UTC(), time.UnixMilli(parked).UTC()
		if f.Selects(l.ID) {
			letters = append(letters, l)
		}
	}
	return letters, rows.Err()
}

func (d *DeadLetters) event(ctx context.Context, id ports.DeadLetterID) (json.RawMessage, error) {
	at, err := position(id)
	if err != nil {
		return nil, err
	}
	entries, _, err := d.Log.Read(ctx, at-1, 1, eventlog.Filter{})
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 || entries[0].Position != at {
		return nil, fmt.Errorf("event %d is not in the log", at)
	}
	raw, err := json.Marshal(entries[0].Delivery)
	if err != nil {
		return nil, fmt.Errorf("encoding event %d: %w", at, err)
	}
	return raw, nil
}
