package rebuild_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/consumers/inbox"
	"github.com/sealpost/sealpost/consumers/unread"
	"github.com/sealpost/sealpost/consumers/users"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/delivery"
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
	live map[string]*delivery.Consumer
	// failAfter, unless negative, is how many writes to the inbox a replay makes before
	// one fails: the world ends there.
	failAfter int
	*rebuild.Rebuilder
}

func newWorld(t fataler, dir string) *world {
	w := &world{fataler: t, path: filepath.Join(dir, "sealpost.db"), now: start, failAfter: -1}
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
	w.live, err = consumers(rebuild.Targets{Users: w.set.Users(), Inbox: w.set.Inbox(), Unread: w.set.Unread()})
	w.ok(err)
	w.Rebuilder = rebuild.New(rebuild.Config{
		Log: w.log, Set: w.set, Consumers: w.failing, Now: func() time.Time { return w.now }, Logger: discard,
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

var errEnd = errors.New("the world ends")

// failingInbox fails after some writes.
type failingInbox struct {
	ports.InboxProjection
	w *world
}

func (f failingInbox) Stored(ctx context.Context, m ports.InboxMessage) error {
	if f.w.failAfter == 0 {
		return errEnd
	}
	f.w.failAfter--
	return f.InboxProjection.Stored(ctx, m)
}

func (w *world) failing(to rebuild.Targets) (map[string]*delivery.Consumer, error) {
	if _, live := to.Inbox.(projections.SetInbox); !live && w.failAfter >= 0 {
		to.Inbox = failingInbox{to.Inbox, w}
	}
	return consumers(to)
}

func consumers(to rebuild.Targets) (map[string]*delivery.Consumer, error) {
	u, err := users.New(users.Deps{Users: to.Users, Log: discard})
	if err != nil {
		return nil, err
	}
	i, err := inbox.New(inbox.Deps{Inbox: to.Inbox, Log: discard})
	if err != nil {
		return nil, err
	}
	n, err := unread.New(unread.Deps{Unread: to.Unread, Log: discard})
	return map[string]*delivery.Consumer{users.Name: u, inbox.Name: i, unread.Name: n}, err
}

func (w *world) publish(evs ...events.Event) {
	w.Helper()
	w.ok(w.log.Publish(context.Background(), evs...))
}

// deliver gives an event to all live consumers that take it.
func (w *world) deliver(evs ...events.Event) {
	w.Helper()
	var g errgroup.Group
	g.SetLimit(200)
	for _, ev := range evs {
		for _, c := range w.live {
			if c.Takes(ev.Type()) {
				g.Go(func() error { return c.Replay(context.Background(), ev) })
			}
		}
	}
	w.ok(g.Wait())
}

func stored(n int) events.Event {
	id := fmt.Sprintf("message-%05d", n)
	return events.New(start, events.MessageStored{
		MessageID: id, SenderID: "sender", RecipientID: recipient(n), ObjectKey: "messages/" + id, KeyID: "key",
		WrappedKey: []byte{1, 2, 3}, Algorithm: "AES-256-GCM", Size: int64(n),
	})
}

func read(n int) events.Event {
	return events.New(start, events.MessageRead{MessageID: fmt.Sprintf("message-%05d", n), RecipientID: recipient(n)})
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
type told struct{ reports []rebuild.Report }

func (t *told) tell(r rebuild.Report) { t.reports = append(t.reports, r) }

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
