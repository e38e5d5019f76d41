package rebuild_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

var (
	start   = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	discard = slog.New(slog.DiscardHandler)
)

// fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Fatal(...any)
	Helper()
}

// world is a log and its projections, without a dispatcher: the test delivers.
type world struct {
	fataler
	path string
	now  time.Time
	db   *sqlite.DB
	log  *eventlog.Log
	set  *projections.Set
	*rebuild.Rebuilder
}

func newWorld(t fataler, dir string) *world {
	w := &world{fataler: t, path: filepath.Join(dir, "sealpost.db"), now: start}
	w.open()
	return w
}

func (w *world) open() {
	ctx := context.Background()
	var err error
	w.db, err = sqlite.Open(ctx, w.path)
	w.ok(err)
	w.log, err = eventlog.Open(ctx, w.db, func() time.Time { return w.now }, discard)
	w.ok(err)
	w.set, err = projections.OpenSet(ctx, w.db, cursor.New([]byte("a secret of some length, 32 bytes")))
	w.ok(err)
	w.Rebuilder = rebuild.New(rebuild.Config{
		Log: w.log, Set: w.set, Now: func() time.Time { return w.now }, Logger: discard,
	})
}

// reopen is what a crash leaves: what was committed. (That a commit is on disk is
// tested where the database is.)
func (w *world) reopen() {
	w.ok(w.db.Close())
	w.open()
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// failAt has writing one message to a generation of the inbox fail.
func (w *world) failAt(generation, n int) {
	w.exec(fmt.Sprintf(`CREATE TRIGGER the_end BEFORE INSERT ON projection_inbox_%d WHEN NEW.message_id = '%s'
		BEGIN SELECT RAISE(ABORT, 'the world ends'); END`, generation, messageID(n)))
}

// failNoMore undoes failAt.
func (w *world) failNoMore() { w.exec(`DROP TRIGGER IF EXISTS the_end`) }

func (w *world) exec(statement string) {
	w.Helper()
	w.ok(w.db.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(statement)
		return err
	}))
}

func (w *world) publish(evs ...events.Event) {
	w.Helper()
	w.ok(w.log.Publish(context.Background(), evs...))
}

// deliver has events change all live projections.
func (w *world) deliver(evs ...events.Event) {
	w.Helper()
	for _, p := range projection.All() {
		var changes []projection.Change
		for _, ev := range evs {
			changes = p.Changes(changes, ev)
		}
		store, err := w.set.Store(p.Name)
		w.ok(err)
		w.ok(store.Apply(context.Background(), changes))
	}
}

func messageID(n int) string { return fmt.Sprintf("message-%05d", n) }

func stored(n int) events.Event {
	id := messageID(n)
	return events.New(start, events.MessageStored{
		MessageID: id, SenderID: "sender", RecipientID: recipient(n), ObjectKey: "messages/" + id, KeyID: "key",
		WrappedKey: []byte{1, 2, 3}, Algorithm: "AES-256-GCM", Size: int64(n),
	}, events.WithID(fmt.Sprintf("01KB%022d", n)))
}

func read(n int) events.Event {
	return events.New(start, events.MessageRead{MessageID: messageID(n), RecipientID: recipient(n)})
}

func recipient(n int) string { return fmt.Sprintf("recipient-%d", n%3) }

// rows are all rows of a generation, as text.
func (w *world) rows(projection string, generation int) []string {
	w.Helper()
	rows, err := w.db.Read().Query(fmt.Sprintf(`SELECT * FROM projection_%s_%d ORDER BY 1, 2, 3`, projection, generation))
	w.ok(err)
	columns, err := rows.Columns()
	w.ok(err)
	var out []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		w.ok(rows.Scan(into...))
		out = append(out, fmt.Sprint(values))
	}
	w.ok(rows.Err())
	w.ok(rows.Close())
	return out
}

// told collects reports.
type told struct{ reports []ports.RebuildReport }

func (t *told) tell(r ports.RebuildReport) { t.reports = append(t.reports, r) }

func (t *told) notes() (notes []string) {
	for _, r := range t.reports {
		if r.Note != "" {
			notes = append(notes, r.Note)
		}
	}
	return notes
}

func newTestWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, t.TempDir())
	t.Cleanup(func() { w.ok(w.db.Close()) })
	return w
}
