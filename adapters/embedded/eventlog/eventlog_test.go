package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// quick is a policy under which a test does not wait long for a dead letter.
var quick = eventlog.Policy{MaxAttempts: 3, FirstPause: time.Millisecond, BatchSize: 10}

// received gathers what the consumers got, by consumer and then by subject.
type received struct {
	mu    sync.Mutex
	count map[string]map[string]int
}

func (r *received) add(consumer, subject string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count[consumer] == nil {
		r.count[consumer] = map[string]int{}
	}
	r.count[consumer][subject]++
}

func (r *received) times(consumer, subject string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count[consumer][subject]
}

// react is how a test's consumer reacts to one event.
type react func(ctx context.Context, consumer string, ev events.Event) error

func handlers(t testing.TB, f react) map[string]eventlog.Handler {
	t.Helper()
	subscriptions, err := events.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]eventlog.Handler{}
	for name := range subscriptions {
		c, err := delivery.NewBatch(name, slog.New(slog.DiscardHandler), func(ctx context.Context, evs []events.Event) []error {
			errs := make([]error, len(evs))
			for i, ev := range evs {
				errs[i] = f(ctx, name, ev)
			}
			return errs
		})
		if err != nil {
			t.Fatal(err)
		}
		out[name] = c.React
	}
	return out
}

func openDB(t testing.TB, path string, opts ...sqlite.Option) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func openLog(t testing.TB, db *sqlite.DB, now func() time.Time) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(t.Context(), db, now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// dispatch runs the dispatcher until the test ends or stop is called.
func dispatch(t testing.TB, log *eventlog.Log, h map[string]eventlog.Handler, p eventlog.Policy) (stop func()) {
	t.Helper()
	d, err := eventlog.NewDispatcher(t.Context(), log, h, p)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { d.Run(ctx) })
	stop = sync.OnceFunc(func() {
		cancel()
		wg.Wait()
	})
	t.Cleanup(stop)
	return stop
}

func stored(id string) events.Event {
	return events.New(time.Now(), events.MessageStored{
		MessageID: id, SenderID: "s", RecipientID: "r", ObjectKey: "messages/" + id, KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	})
}

func publish(t testing.TB, log *eventlog.Log, evs ...events.Event) {
	t.Helper()
	if err := log.Publish(t.Context(), evs...); err != nil {
		t.Fatal(err)
	}
}

func TestEveryConsumerGetsWhatItSubscribesTo(t *testing.T) {
	t.Parallel()
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), time.Now)
	got := &received{count: map[string]map[string]int{}}
	h := handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
		got.add(consumer, ev.Metadata.Subject)
		return nil
	})
	publish(t, log, stored("before"))
	dispatch(t, log, h, quick)
	eventually.True(t, "the projection starts at the beginning", func() bool { return got.times("inbox", "before") == 1 })
	publish(t, log, events.New(time.Now(), events.UserVerified{UserID: "u", Username: "n"}))
	for range 25 { // more than two batches
		publish(t, log, stored("m"))
	}
	eventually.True(t, "all deliveries", func() bool {
		return got.times("inbox", "m") == 25 && got.times("unread", "m") == 25 &&
			got.times("users", "u") == 1 && got.times("userkey", "u") == 1 && got.times("usertopic", "u") == 1
	})
	if n := got.times("userkey", "m"); n != 0 {
		t.Errorf("userkey got %d events that it does not subscribe to", n)
	}
}

func TestPoisonIsParkedAndBlocksNothing(t *testing.T) {
	t.Parallel()
	for name, poison := range map[string]react{
		"an error": func(context.Context, string, events.Event) error { return errors.New("the poison's reason") },
		"a panic":  func(context.Context, string, events.Event) error { panic("the poison's reason") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), time.Now)
			got := &received{count: map[string]map[string]int{}}
			dispatch(t, log, handlers(t, func(ctx context.Context, consumer string, ev events.Event) error {
				if consumer == "inbox" && ev.Metadata.Subject == "poison" {
					return poison(ctx, consumer, ev)
				}
				got.add(consumer, ev.Metadata.Subject)
				return nil
			}), quick)
			publish(t, log, stored("poison"))
			publish(t, log, stored("behind"))
			eventually.True(t, "the others go on, and so does the consumer itself", func() bool {
				return got.times("unread", "poison") == 1 && got.times("unread", "behind") == 1 && got.times("inbox", "behind") >= 1
			})
			letters := parked(t, log, 1)
			l := letters[0]
			if l.ID.Consumer != "inbox" || l.Subject != "poison" || l.Attempts != quick.MaxAttempts || l.Type != events.TypeMessageStored {
				t.Errorf("dead letter %+v", l)
			}
			if !contains(l.Reason, "the poison's reason") {
				t.Errorf("reason %q", l.Reason)
			}
		})
	}
}

func TestWhatFailsForAWhileArrives(t *testing.T) {
	t.Parallel()
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), time.Now)
	got := &received{count: map[string]map[string]int{}}
	dispatch(t, log, handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
		got.add(consumer, ev.Metadata.Subject)
		if consumer == "inbox" && got.times(consumer, ev.Metadata.Subject) < quick.MaxAttempts {
			return errors.New("not yet")
		}
		return nil
	}), quick)
	publish(t, log, stored("m"))
	eventually.True(t, "the last attempt", func() bool { return got.times("inbox", "m") == quick.MaxAttempts })
	eventually.True(t, "nothing left to try", func() bool {
		n, err := log.Pending(t.Context())
		return err == nil && n == 0
	})
	parked(t, log, 0)
}

func TestAnUnknownEventIsParkedAtOnce(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "db"))
	log := openLog(t, db, time.Now)
	publish(t, log, stored("from the future"))
	if err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE event_log SET detail = CAST(replace(detail, '"version":1', '"version":99') AS BLOB)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	log = openLog(t, db, time.Now) // the other one has in memory what it published
	dispatch(t, log, handlers(t, func(context.Context, string, events.Event) error { return nil }), eventlog.Policy{})
	for _, l := range parked(t, log, 2) { // inbox and unread; notify starts at the log's end
		if l.Attempts != 1 || !contains(l.Reason, "unknown event") {
			t.Errorf("dead letter %+v", l)
		}
	}
}

func TestARestartGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "db")
	got := &received{count: map[string]map[string]int{}}
	h := handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
		got.add(consumer, ev.Metadata.Subject)
		return nil
	})
	for round, subject := range []string{"first", "second"} {
		db, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		log := openLog(t, db, time.Now)
		if round == 1 {
			publish(t, log, stored("between")) // nobody dispatches yet
		}
		stop := dispatch(t, log, h, quick)
		publish(t, log, stored(subject))
		eventually.True(t, "delivery of "+subject, func() bool { return got.times("inbox", subject) == 1 && got.times("unread", subject) == 1 })
		eventually.True(t, "checkpoints", func() bool { n, err := log.Lag(t.Context(), "inbox"); return err == nil && n == 0 })
		stop()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, subject := range []string{"first", "between", "second"} {
		if n := got.times("inbox", subject); n != 1 {
			t.Errorf("inbox got %q %d times", subject, n)
		}
	}
}

func TestADelayedConsumerWaits(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), clock.Now)
	got := &received{count: map[string]map[string]int{}}
	dispatch(t, log, handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
		got.add(consumer, ev.Metadata.Subject)
		return nil
	}), quick)
	publish(t, log, stored("m"))
	eventually.True(t, "those without a delay", func() bool { return got.times("inbox", "m") == 1 })
	if n := got.times("notify", "m"); n != 0 {
		t.Fatal("notify did not wait")
	}
	clock.advance(5 * time.Second)
	eventually.True(t, "the delayed one", func() bool { return got.times("notify", "m") == 1 })
}

func TestAConsumerWithSideEffectsDoesNotActOnThePast(t *testing.T) {
	t.Parallel()
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), time.Now)
	got := &received{count: map[string]map[string]int{}}
	publish(t, log, events.New(time.Now(), events.UserVerified{UserID: "past", Username: "n"}))
	dispatch(t, log, handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
		got.add(consumer, ev.Metadata.Subject)
		return nil
	}), quick)
	eventually.True(t, "the projection", func() bool { return got.times("users", "past") == 1 })
	publish(t, log, events.New(time.Now(), events.UserVerified{UserID: "present", Username: "n"}))
	eventually.True(t, "the present", func() bool { return got.times("userkey", "present") == 1 })
	if n := got.times("userkey", "past"); n != 0 {
		t.Errorf("userkey acted on the past %d times", n)
	}
}

func TestHandlersMustBeThoseOfTheFile(t *testing.T) {
	t.Parallel()
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), time.Now)
	none := func(context.Context, string, events.Event) error { return nil }
	missing := handlers(t, none)
	delete(missing, "inbox")
	more := handlers(t, none)
	more["stranger"] = func(context.Context, []events.Event) []error { return nil }
	for _, h := range []map[string]eventlog.Handler{missing, more} {
		if _, err := eventlog.NewDispatcher(t.Context(), log, h, quick); err == nil {
			t.Error("took the wrong handlers")
		}
	}
}

func TestNothingIsAcknowledgedOnAFullDisk(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "db"), sqlite.WithMaxPages(40))
	log := openLog(t, db, time.Now)
	acknowledged := 0
	var err error
	for err == nil && acknowledged < 10_000 {
		if err = log.Publish(t.Context(), stored("m")); err == nil {
			acknowledged++
		}
	}
	if !sqlite.IsFull(err) {
		t.Fatalf("after %d events: %v", acknowledged, err)
	}
	var kept int
	if err := db.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM event_log`).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if kept != acknowledged {
		t.Errorf("%d events acknowledged, %d kept", acknowledged, kept)
	}
}

func TestAnInvalidEventIsRefused(t *testing.T) {
	t.Parallel()
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), time.Now)
	if err := log.Publish(t.Context(), stored("m"), events.New(time.Now(), events.MessageRead{})); !errors.Is(err, events.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

// A consumer that is behind what is in memory reads the log, and what another process
// appended is not passed over: every event comes, once, in the order of the log.
func TestNoEventIsPassedOver(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "db"))
	log, other := openLog(t, db, time.Now), openLog(t, db, time.Now)
	var want []string
	for i, l := range []*eventlog.Log{log, log, other, log, other, other, log, log} {
		id := fmt.Sprint("m", i)
		publish(t, l, stored(id))
		want = append(want, id)
	}
	var mu sync.Mutex
	var got []string
	seen := func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(got)
	}
	dispatch(t, log, handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
		if consumer == "inbox" {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, ev.Metadata.Subject)
		}
		return nil
	}), eventlog.Policy{BatchSize: 2})
	eventually.True(t, "the first eight", func() bool { return len(seen()) >= len(want) })
	for i, l := range []*eventlog.Log{log, other, log} {
		id := fmt.Sprint("n", i)
		publish(t, l, stored(id))
		want = append(want, id)
	}
	eventually.True(t, "all of them", func() bool { return len(seen()) >= len(want) })
	if diff := cmp.Diff(want, seen()); diff != "" {
		t.Errorf("(-published +received)\n%s", diff)
	}
}
