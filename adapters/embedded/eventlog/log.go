package eventlog

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
)

// Log is an open event log. It implements ports.Bus.
type Log struct {
	db  *sqlite.DB
	now func() time.Time
	log *slog.Logger

	// heads has the newest position of each type, so that a consumer knows without a query that an append has
	// nothing for it.
	heads map[events.Type]*atomic.Int64
	tail  *tail

	mu       sync.Mutex
	appended chan struct{} // closed and replaced by every append
}

// Open creates the log's tables in the database.
func Open(ctx context.Context, db *sqlite.DB, now func() time.Time, log *slog.Logger) (*Log, error) {
	if err := db.Migrate(ctx, "eventlog", schema...); err != nil {
		return nil, err
	}
	l := &Log{db: db, now: now, log: log, appended: make(chan struct{}), heads: map[events.Type]*atomic.Int64{}}
	var newest int64
	if err := db.Read().QueryRowContext(ctx, `SELECT coalesce(max(position), 0) FROM event_log`).Scan(&newest); err != nil {
		return nil, fmt.Errorf("reading the event log: %w", err)
	}
	for _, t := range events.Types() {
		l.heads[t] = new(atomic.Int64)
		l.heads[t].Store(newest) // at least the newest position of the type
	}
	l.tail = newTail(newest, tailSize)
	return l, l.raiseIDs(ctx)
}

// raiseIDs makes new ids greater than those in the log, even if the clock went back. Ids ascend with
// positions, except for events that were published again, so it reads only the newest events.
func (l *Log) raiseIDs(ctx context.Context) error {
	var id string
	err := l.db.Read().QueryRowContext(ctx, `SELECT coalesce(max(json_extract(detail, '$.metadata.id')), '') FROM
		(SELECT CAST(detail AS TEXT) AS detail FROM event_log ORDER BY position DESC LIMIT 1000) WHERE json_valid(detail)`).Scan(&id)
	if err != nil {
		return fmt.Errorf("reading the newest id: %w", err)
	}
	events.NewIDsAfter(id)
	return nil
}

type row struct {
	position    int64
	publishedAt int64
	source      string
	kind        string
	subject     string
	detail      []byte
}

// Entries are encoded events that are not appended yet.
type Entries struct {
	log  *Log
	evs  []events.Event
	rows []row
}

// Prepare encodes events for a caller that appends them in its own transaction. Its error is from
// [events.EncodeDetail].
func (l *Log) Prepare(evs ...events.Event) (Entries, error) {
	rows := make([]row, len(evs))
	for i, ev := range evs {
		detail, err := events.EncodeDetail(ev)
		if err != nil {
			return Entries{}, err
		}
		rows[i] = row{source: ev.Source(), kind: string(ev.Type()), subject: ev.Metadata.Subject, detail: detail}
	}
	return Entries{l, evs, rows}, nil
}

// Append adds the events to the log. Consumers get them after the transaction is committed. Append may run
// more than once, each time without the effects of the previous run.
func (e Entries) Append(tx *sqlite.Tx) error {
	at := e.log.now().UnixMilli()
	for i := range e.rows {
		r := &e.rows[i]
		r.publishedAt = at
		var err error
		r.position, err = tx.Insert(`INSERT INTO event_log (published_at, source, type, subject, detail) VALUES (?, ?, ?, ?, ?)`,
			at, r.source, r.kind, r.subject, r.detail)
		if err != nil {
			return fmt.Errorf("appending to the event log: %w", err)
		}
	}
	tx.OnCommit(e.committed)
	return nil
}

// committed runs after each commit, in the order of the log.
func (e Entries) committed() {
	for i, r := range e.rows {
		e.log.tail.add(attempt{position: r.position, publishedAt: r.publishedAt, kind: r.kind, number: 1, event: e.evs[i]})
		e.log.heads[events.Type(r.kind)].Store(r.position)
	}
	e.log.wake()
}

// Publish implements ports.Bus. It appends the events in one atomic step and returns once they are on disk.
func (l *Log) Publish(ctx context.Context, evs ...events.Event) error {
	entries, err := l.Prepare(evs...)
	if err != nil {
		return err
	}
	if err := l.db.Write(ctx, entries.Append); err != nil {
		return fmt.Errorf("publishing: %w", err)
	}
	return nil
}

// head returns the newest position of the types.
func (l *Log) head(types []events.Type) int64 {
	var newest int64
	for _, t := range types {
		newest = max(newest, l.heads[t].Load())
	}
	return newest
}

func (l *Log) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.appended)
	l.appended = make(chan struct{})
}

// news returns a channel that the next append closes. Call it before reading the log, so that no append is
// missed.
func (l *Log) news() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.appended
}

// envelope returns the event as an EventBridge rule puts it into a queue.
func (r row) envelope() events.Delivery {
	return events.Delivery{
		ID: fmt.Sprintf("log-%d", r.position), Version: "0", Source: r.source, DetailType: r.kind,
		Account: "embedded", Region: "local", Time: time.UnixMilli(r.publishedAt).UTC(),
		Resources: []string{}, Detail: r.detail,
	}
}
