package eventlog_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/deadletters"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/ports"
)

// clock is a time that stands still until it is told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// parked waits until there are n dead letters, and checks that there are no more.
func parked(t testing.TB, log *eventlog.Log, n int) (letters []ports.DeadLetter) {
	t.Helper()
	eventually.True(t, "dead letters", func() bool {
		list, err := deadletters.New(deadletters.Config{DB: log.DB(), Log: log}).List(t.Context(), ports.DeadLetterFilter{})
		if err != nil {
			t.Fatal(err)
		}
		letters = list.Letters
		return len(letters) >= n
	})
	if len(letters) != n {
		t.Fatalf("%d dead letters, want %d: %+v", len(letters), n, letters)
	}
	return letters
}

func contains(s, part string) bool { return strings.Contains(s, part) }
