package eventlog_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// patient is a consumer "inbox" that fails with the reason it is told, if any.
func patient(reason *atomic.Pointer[string], got *received) react {
	return func(_ context.Context, consumer string, ev events.Event) error {
		if why := reason.Load(); consumer == "inbox" && why != nil {
			return errors.New(*why)
		}
		got.add(consumer, ev.Metadata.Subject)
		return nil
	}
}

func settled(t *testing.T, log *eventlog.Log, id eventlog.LetterID) (o eventlog.Outcome) {
	t.Helper()
	eventually.True(t, id.String()+" to be settled", func() bool {
		var err error
		if o, err = log.Outcome(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		return o.State != eventlog.Waiting
	})
	return o
}

// The redrive comes from another opening of the database, as another process's does.
func TestARedriveFromAnotherProcessDelivers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.db")
	log := openLog(t, openDB(t, path), time.Now)
	operator := openLog(t, openDB(t, path), time.Now)
	var reason atomic.Pointer[string]
	broken := "the store is broken"
	reason.Store(&broken)
	got := &received{count: map[string]map[string]int{}}
	dispatch(t, log, handlers(t, patient(&reason, got)), quick)
	publish(t, log, stored("a"), stored("b"))
	letters := parked(t, log, 2)

	// Still broken, in another way: both are parked again with the new reason.
	other := "the store is full"
	reason.Store(&other)
	ids := []eventlog.LetterID{letters[0].ID(), letters[1].ID()}
	moved, err := operator.Redrive(t.Context(), ids...)
	if err != nil || !slices.Equal(moved, ids) {
		t.Fatalf("moved %v, %v", moved, err)
	}
	for _, id := range ids {
		if o := settled(t, operator, id); o.State != eventlog.Parked || !contains(o.Reason, other) {
			t.Errorf("%s: %+v", id, o)
		}
	}
	again := parked(t, log, 2)
	if !again[0].FirstFailedAt.Equal(letters[0].FirstFailedAt) || again[0].Attempts != quick.MaxAttempts {
		t.Errorf("parked again as %+v, at first %+v", again[0], letters[0])
	}

	// Repaired: the one that is chosen arrives, once; the other stays.
	reason.Store(nil)
	if _, err := operator.Redrive(t.Context(), ids[1]); err != nil {
		t.Fatal(err)
	}
	if o := settled(t, operator, ids[1]); o.State != eventlog.Delivered {
		t.Errorf("%+v", o)
	}
	if rest := parked(t, log, 1); rest[0].ID() != ids[0] {
		t.Errorf("left %+v", rest)
	}
	if n, err := log.Pending(t.Context()); n != 0 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
	if n := got.times("inbox", "b"); n != 1 {
		t.Errorf("delivered %d times", n)
	}
}

func TestARedriveWaitsForAServer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.db")
	log := openLog(t, openDB(t, path), time.Now)
	var reason atomic.Pointer[string]
	broken := "broken"
	reason.Store(&broken)
	got := &received{count: map[string]map[string]int{}}
	h := handlers(t, patient(&reason, got))
	stop := dispatch(t, log, h, quick)
	publish(t, log, stored("a"))
	id := parked(t, log, 1)[0].ID()
	stop()
	reason.Store(nil)
	if _, err := log.Redrive(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if o, err := log.Outcome(t.Context(), id); err != nil || o.State != eventlog.Waiting {
		t.Errorf("%+v, %v", o, err)
	}
	dispatch(t, log, h, quick)
	if o := settled(t, log, id); o.State != eventlog.Delivered {
		t.Errorf("%+v", o)
	}
}

// Operators who redrive the same letters at once move each of them once.
func TestRacingRedrivesMoveEachLetterOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.db")
	log := openLog(t, openDB(t, path), time.Now)
	other := openLog(t, openDB(t, path), time.Now)
	var reason atomic.Pointer[string]
	broken := "broken"
	reason.Store(&broken)
	stop := dispatch(t, log, handlers(t, patient(&reason, &received{count: map[string]map[string]int{}})), quick)
	for i := range 20 {
		publish(t, log, stored(string(rune('a'+i))))
	}
	var ids []eventlog.LetterID
	for _, d := range parked(t, log, 20) {
		ids = append(ids, d.ID())
	}
	stop()
	var moved atomic.Int64
	var g errgroup.Group
	for i := range 8 {
		g.Go(func() error {
			l := []*eventlog.Log{log, other}[i%2]
			for _, id := range ids {
				m, err := l.Redrive(t.Context(), id)
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
	if n, err := log.Pending(t.Context()); err != nil || n != 20 || moved.Load() != 20 {
		t.Errorf("%d moved, %d wait, %v", moved.Load(), n, err)
	}
}

func TestALetterIsShownWithItsEvent(t *testing.T) {
	t.Parallel()
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "log.db")), time.Now)
	var reason atomic.Pointer[string]
	broken := "broken"
	reason.Store(&broken)
	dispatch(t, log, handlers(t, patient(&reason, &received{count: map[string]map[string]int{}})), quick)
	publish(t, log, stored("a"), stored("b"))
	want := parked(t, log, 2)[1]
	d, envelope, err := log.Parked(t.Context(), want.ID())
	if err != nil || d != want {
		t.Fatalf("%+v, %v", d, err)
	}
	if ev, err := envelope.Event(); err != nil || ev.Metadata.Subject != want.Subject {
		t.Errorf("%+v, %v", ev, err)
	}
	if _, _, err := log.Parked(t.Context(), eventlog.LetterID{Consumer: "inbox", Position: 99}); !errors.Is(err, eventlog.ErrNotParked) {
		t.Errorf("shown: %v", err)
	}
	if moved, err := log.Redrive(t.Context(), eventlog.LetterID{Consumer: "nobody", Position: 1}); err != nil || len(moved) != 0 {
		t.Errorf("moved %v, %v", moved, err)
	}
}

func FuzzParseLetterID(f *testing.F) {
	for _, seed := range []string{"inbox/42", "inbox", "/1", "inbox/-1", "inbox/0", "inbox/99999999999999999999", "a/b/1", "inbox/+1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := eventlog.ParseLetterID(text)
		if err != nil {
			if !errors.Is(err, eventlog.ErrLetterID) {
				t.Fatal(err)
			}
			return
		}
		again, err := eventlog.ParseLetterID(id.String())
		if err != nil || again != id {
			t.Errorf("%q became %v, then %v, %v", text, id, again, err)
		}
	})
}
