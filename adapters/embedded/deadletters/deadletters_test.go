package deadletters_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/deadletters"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestDeadLetters(t *testing.T) {
	t.Parallel()
	portstest.DeadLetters(t, func(t *testing.T) portstest.DeadLettersAdapter {
		b := open(t, filepath.Join(t.TempDir(), "sealpost.db"))
		return portstest.DeadLettersAdapter{DeadLetters: b.letters, Park: b.park, Deliver: b.deliver}
	})
}

// backend is a log whose consumer of the inbox fails as it is told.
type backend struct {
	db      *sqlite.DB
	log     *eventlog.Log
	letters *deadletters.DeadLetters
	reason  atomic.Pointer[string]
}

func open(t *testing.T, path string) *backend {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	log, err := eventlog.Open(t.Context(), db, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return &backend{db: db, log: log, letters: deadletters.New(deadletters.Config{
		DB: db, Log: log, Now: time.Now, Delivering: func() (bool, error) { return true, nil },
	})}
}

func (b *backend) handlers(t *testing.T) map[string]eventlog.Handler {
	t.Helper()
	subscriptions, err := events.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]eventlog.Handler{}
	for name := range subscriptions {
		c, err := delivery.NewBatch(name, slog.New(slog.DiscardHandler), func(_ context.Context, evs []events.Event) []error {
			errs := make([]error, len(evs))
			if reason := b.reason.Load(); reason != nil && *reason != "" && name == "inbox" {
				for i := range errs {
					errs[i] = errors.New(*reason)
				}
			}
			return errs
		})
		if err != nil {
			t.Fatal(err)
		}
		all[name] = c.React
	}
	return all
}

// dispatch runs the consumers until a condition holds; before, unless nil, runs when they
// are registered.
func (b *backend) dispatch(t *testing.T, reason string, before func(), until func() bool) {
	t.Helper()
	b.reason.Store(&reason)
	d, err := eventlog.NewDispatcher(t.Context(), b.log, b.handlers(t), eventlog.Policy{MaxAttempts: 2, FirstPause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { d.Run(ctx) })
	defer running.Wait()
	defer stop()
	if before != nil {
		before()
	}
	eventually.True(t, "what was dispatched has its outcome", until)
}

func (b *backend) count(t *testing.T, table string) (n int) {
	t.Helper()
	if err := b.db.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (b *backend) park(t *testing.T, subject, reason string) {
	parked := b.count(t, "dead_letters")
	b.dispatch(t, reason, func() {
		if err := b.log.Publish(t.Context(), events.New(time.Now(), events.MessageRead{MessageID: subject, RecipientID: "r"})); err != nil {
			t.Fatal(err)
		}
	}, func() bool { return b.count(t, "dead_letters") > parked })
}

func (b *backend) deliver(t *testing.T, reason string) {
	b.dispatch(t, reason, nil, func() bool { return b.count(t, "event_retries") == 0 })
}

func (b *backend) ids(t *testing.T) (ids []ports.DeadLetterID) {
	t.Helper()
	list, err := b.letters.List(t.Context(), ports.DeadLetterFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list.Letters {
		ids = append(ids, l.ID)
	}
	return ids
}

func redrive(ctx context.Context, d ports.DeadLetters, ids ...ports.DeadLetterID) ([]ports.DeadLetterID, error) {
	held, err := d.Hold(ctx, ports.DeadLetterFilter{IDs: ids})
	if err != nil {
		return nil, err
	}
	moved, err := held.Redrive(ctx, ids...)
	return moved, errors.Join(err, held.Close(ctx))
}

// The operator's command opens the database itself, while the server runs.
func TestARedriveFromAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	server, operator := open(t, path), open(t, path)
	server.park(t, "message-1", "broken")
	before, err := server.letters.List(t.Context(), ports.DeadLetterFilter{})
	if err != nil {
		t.Fatal(err)
	}
	ids := operator.ids(t)
	server.dispatch(t, "broken again", func() {
		if moved, err := redrive(t.Context(), operator.letters, ids...); err != nil || !slices.Equal(moved, ids) {
			t.Fatalf("moved %v, %v", moved, err)
		}
	}, func() bool { return server.count(t, "event_retries") == 0 && server.count(t, "dead_letters") == 1 })
	after, err := operator.letters.List(t.Context(), ports.DeadLetterFilter{})
	if err != nil || len(after.Letters) != 1 {
		t.Fatalf("%+v, %v", after, err)
	}
	if a, b := after.Letters[0], before.Letters[0]; !a.FirstFailedAt.Equal(b.FirstFailedAt) || a.Attempts != 2 || a.Reason != "broken again" {
		t.Errorf("parked again as %+v, at first %+v", a, b)
	}
}

// Two processes that redrive the same letters move each of them once.
func TestRacingProcessesMoveEachLetterOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	one, other := open(t, path), open(t, path)
	for _, subject := range []string{"a", "b", "c", "d"} {
		one.park(t, subject, "broken")
	}
	ids := one.ids(t)
	var moved atomic.Int64
	var g errgroup.Group
	for i := range 8 {
		g.Go(func() error {
			for _, id := range ids {
				m, err := redrive(t.Context(), []*backend{one, other}[i%2].letters, id)
				if err != nil {
					return err
				}
				moved.Add(int64(len(m)))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := one.count(t, "event_retries"); n != 4 || moved.Load() != 4 {
		t.Errorf("%d moved, %d wait", moved.Load(), n)
	}
}
