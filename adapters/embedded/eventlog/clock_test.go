package eventlog_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// The clock goes back by a day: what waited for a second does not wait for a day, in
// the same process or the next.
func TestNoDeliveryWaitsForAClockThatWentBack(t *testing.T) {
	t.Parallel()
	for name, restart := range map[string]bool{"while it runs": false, "while it is down": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &clock{now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
			log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), clock.Now)
			got := &received{count: map[string]map[string]int{}}
			all := handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
				got.add(consumer, ev.Metadata.Subject)
				if consumer == "inbox" && got.times(consumer, ev.Metadata.Subject) == 1 {
					return errors.New("not yet")
				}
				return nil
			})
			slow := eventlog.Policy{FirstPause: 4 * time.Second}
			stop := dispatch(t, log, all, slow)
			publish(t, log, stored("m"))
			eventually.True(t, "a failure", func() bool {
				n, err := log.Pending(t.Context())
				return err == nil && n == 1
			})
			if restart {
				stop()
			}
			clock.advance(-24 * time.Hour)
			if restart {
				dispatch(t, log, all, slow)
			}
			// What was to wait for 5 seconds was published in the future, and goes out.
			eventually.True(t, "the delayed delivery", func() bool { return got.times("notify", "m") == 1 })
			eventually.True(t, "the retry", func() bool {
				clock.advance(time.Second)
				return got.times("inbox", "m") == 2
			})
			if since := clock.Now().Sub(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)); since > time.Hour {
				t.Errorf("the retry came after %v", since)
			}
		})
	}
}

// Messages that are sent after a restart sort above those before, though the clock is
// behind.
func TestIDsAscendOverARestartWithTheClockBehind(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "db"))
	log := openLog(t, db, time.Now)
	const old = "7AAAAAAAAAZZZZZZZZZZZZZZZZ"
	publish(t, log, stored("m1"), events.New(time.Now(), events.MessageRead{MessageID: "m1", RecipientID: "r"}, events.WithID(old)), stored("m2"))
	openLog(t, db, time.Now)
	if id := events.NewID(time.Now().Add(-24 * time.Hour)); id <= old {
		t.Errorf("%s sorts below %s, which is in the log", id, old)
	}
}
