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
	// Position is its place in the log, from 1. Positions ascend; some may be missing.
	Position int64
	// Delivery is the event in EventBridge's envelope, as every consumer gets it.
	Delivery events.Delivery
}

// Filter says which events are wanted. Its zero value wants all of them.
type Filter struct {
	// Types are those wanted; none means all.
	Types []events.Type
	// Subject, unless empty, is the id of the user or message that they are about.
	Subject string
}

// readSpan is how many positions one Read looks through at most: a filter that
// matches next to nothing must not keep one of the few reading connections busy
// with the whole log.
const readSpan = 20_000

// Read returns at most limit of the events behind a position that the filter wants,
// in the order of the log, and the position that it looked up to, from which the
// next Read goes on. Nothing more is there, for now, when that is where it began.
//
// Positions become visible in their order (there is one writer), so reading on from
// a position never skips an event.
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

// Head returns the position of the newest event, 0 when there is none.
func (l *Log) Head(ctx context.Context) (position int64, err error) {
	if err := l.db.Read().QueryRowContext(ctx, `SELECT coalesce(max(position), 0) FROM event_log`).Scan(&position); err != nil {
		return 0, fmt.Errorf("reading the log: %w", err)
	}
	return position, nil
}

// BeforeLast returns the position behind which the newest n events lie that the
// filter wants.
func (l *Log) BeforeLast(ctx context.Context, n int, f Filter) (after int64, err error) {
	c := f.condition()
	err = l.db.Read().QueryRowContext(ctx, `SELECT coalesce(min(position) - 1, 0) FROM (SELECT position FROM event_log
		WHERE position > 0`+c.sql+` ORDER BY position DESC LIMIT ?)`, append(c.args, n)...).Scan(&after)
	if err != nil {
		return 0, fmt.Errorf("reading the log: %w", err)
	}
	return after, nil
}

// News returns a channel that is closed by the next append of this process. Ask for
// it before reading, so that nothing slips in between.
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

// scanEntries reads entries, of which there are n at most.
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
