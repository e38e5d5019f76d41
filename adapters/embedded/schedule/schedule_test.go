package schedule_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/schedule"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

func TestAJobRunsAgainAndRemembersItsSuccesses(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	start := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	runs := 0
	now := func() time.Time { return start.Add(time.Duration(runs) * time.Hour) }
	s, err := schedule.New(t.Context(), db, now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var told []time.Time
	var wg sync.WaitGroup
	wg.Go(func() {
		s.Run(ctx, "job", time.Millisecond, func(_ context.Context, since time.Time) error {
			told = append(told, since)
			runs++
			switch runs {
			case 2:
				return errors.New("the second run fails")
			case 4:
				cancel()
			}
			return nil
		})
	})
	wg.Wait()
	// now() is read before the run counts itself: run 1 begins at 0 h, run 3 at 2 h.
	want := []time.Time{{}, start, start, start.Add(2 * time.Hour)}
	if len(told) != len(want) {
		t.Fatalf("told %v", told)
	}
	for i := range want {
		if !told[i].Equal(want[i]) {
			t.Errorf("run %d was told %v, want %v", i+1, told[i], want[i])
		}
	}
}

// After the clock went back the last success lies in the future: what was stored
// since would be left out until the clock has caught up.
func TestALastSuccessInTheFutureIsNone(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	clock := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s, err := schedule.New(t.Context(), db, func() time.Time { return clock }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var told []time.Time
	s.Run(ctx, "job", time.Millisecond, func(_ context.Context, since time.Time) error {
		told = append(told, since)
		clock = clock.Add(-24 * time.Hour)
		if len(told) == 2 {
			cancel()
		}
		return nil
	})
	if len(told) != 2 || !told[0].IsZero() || !told[1].IsZero() {
		t.Errorf("told %v", told)
	}
}
