package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/events"
)

// Entry is an event in the log.
type Entry struct {
	// Position is the event's place in the log, from 1. Positions ascend and may have gaps.
	Position int64
	// Delivery is the event in EventBridge's envelope.
	Delivery events.Delivery
}

// Filter selects events. The zero value selects all.
type Filter struct {
	// Types selects types; empty selects all.
	Types []events.Type
	// Subject, unless empty, selects the events about one user or message.
	Subject string
}

// readSpan is how many positions one Read scans at most, so that a filter with few matches does not occupy
// one of the few reading connections for the whole log.
const readSpan = 20_000

// Read returns at most limit selected events after a position, in the order of the log, and the position up
// to which it scanned. The next Read continues there. If that equals after, there are no more events yet.
//
// Positions become visible in order because there is one writer, so reading on from a position never skips an
// event.
func (l *Log) Read(ctx context.Context, after int64, limit int, f Filter) (entries []Entry, next int64, err error) {
	head, err := l.Head(ctx)
	if err != nil {
		return nil, 0, err
	}
	upTo := min(head, after+readSpan)
	if upTo <= after {
		return nil, after, nil
	}
	c := f.condition()
	rows, err := l.db.Read().QueryContext(ctx, `SELECT position, published_at, source, type, subject, detail FROM event_log
		WHERE position > ? AND position <= ?`+c.sql+` ORDER BY position LIMIT ?`, append(append([]any{after, upTo}, c.args...), limit)...)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the log: %w", err)
	}
	if entries, err = scanEntries(rows, min(limit, int(upTo-after))); err != nil {
		return nil, 0, err
	}
	if len(entries) == limit {
		upTo = entries[limit-1].Position
	}
	return entries, upTo, nil
}

// Head returns the position of the newest event, or 0.
func (l *Log) Head(ctx context.Context) (position int64, err error) {
	if err := l.db.Read().QueryRowContext(ctx, `SELECT coalesce(max(position), 0) FROM event_log`).Scan(&position); err != nil {
		return 0, fmt.Errorf("reading the log: %w", err)
	}
	return position, nil
}

// BeforeLast returns the position after which the newest n selected events are.
func (l *Log) BeforeLast(ctx context.Context, n int, f Filter) (after int64, err error) {
	c := f.condition()
	err = l.db.Read().QueryRowContext(ctx, `SELECT coalesce(min(position) - 1, 0) FROM (SELECT position FROM event_log
		WHERE position > 0`+c.sql+` ORDER BY position DESC LIMIT ?)`, append(c.args, n)...).Scan(&after)
	if err != nil {
		return 0, fmt.Errorf("reading the log: %w", err)
	}
	return after, nil
}

// News returns a channel that the next append of this process closes. Call it before reading, so that no
// append is missed.
func (l *Log) News() <-chan struct{} { return l.news() }

func (f Filter) condition() (c condition) {
	if len(f.Types) > 0 {
		types := inTypes(f.Types)
		c = condition{` AND type ` + types.sql, types.args}
	}
	if f.Subject != "" {
		c.sql, c.args = c.sql+` AND subject = ?`, append(c.args, f.Subject)
	}
	return c
}

func scanEntries(rows *sql.Rows, n int) (entries []Entry, err error) {
	entries = make([]Entry, 0, n)
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.position, &r.publishedAt, &r.source, &r.kind, &r.subject, &r.detail); err != nil {
			return nil, fmt.Errorf("reading an event: %w", err)
		}
		entries = append(entries, Entry{r.position, r.envelope()})
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	return entries, nil
}
