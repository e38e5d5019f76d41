package projections_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// writers is how many callers write at the same time.
const writers = 32

// inParallel runs write from all writers and reports the rate of the events that
// they stand for.
func inParallel(b *testing.B, write func(ctx context.Context, n int) error) {
	b.Helper()
	var next atomic.Int64
	b.SetParallelism(max(1, writers/runtime.GOMAXPROCS(0)))
	b.ResetTimer()
	begin := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := write(b.Context(), int(next.Add(1))); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "events/s")
}

// benchMessage is one of many messages to a hundred recipients, as long as those of the
// embedded backend.
func benchMessage(n int) ports.InboxMessage {
	id := fmt.Sprintf("01KB%022d", n)
	wrapped := make([]byte, 76)
	_, _ = rand.Read(wrapped)
	return ports.InboxMessage{
		ID: id, RecipientID: fmt.Sprintf("5b4f6d7e-0000-4000-8000-%012d", n%100), SenderID: "5b4f6d7e-0000-4000-8000-000000000042",
		ObjectKey: "messages/" + id, KeyID: fmt.Sprintf("key-%022d", n%100), WrappedKey: wrapped,
		Algorithm: "AES-256-GCM", Size: 1024, SentAt: time.UnixMilli(1795485300000 + int64(n)),
	}
}

// BenchmarkMessageStored does what a MessageStored event does to the projections, one event
// at a time.
func BenchmarkMessageStored(b *testing.B) {
	s := newSet(b)
	inParallel(b, func(ctx context.Context, n int) error {
		ev := stored(benchMessage(n))
		var g errgroup.Group
		g.Go(func() error { return apply(ctx, projection.Inbox, s.Inbox(), ev) })
		g.Go(func() error { return apply(ctx, projection.Unread, s.Unread(), ev) })
		return g.Wait()
	})
}

// BenchmarkBatchStored does the same in batches, as consumers do under load.
func BenchmarkBatchStored(b *testing.B) {
	s := newSet(b)
	const batch = 200
	n := 0
	for b.Loop() {
		evs := make([]events.Event, batch)
		for i := range evs {
			evs[i] = stored(benchMessage(n))
			n++
		}
		var g errgroup.Group
		g.Go(func() error { return apply(b.Context(), projection.Inbox, s.Inbox(), evs...) })
		g.Go(func() error { return apply(b.Context(), projection.Unread, s.Unread(), evs...) })
		if err := g.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkUnreadStoredAndRead(b *testing.B) {
	unread := newSet(b).Unread()
	inParallel(b, func(ctx context.Context, n int) error {
		m := benchMessage(n)
		if err := apply(ctx, projection.Unread, unread, stored(m)); err != nil {
			return err
		}
		return apply(ctx, projection.Unread, unread, read(m))
	})
}

// BenchmarkUnreadCount counts where it takes longest: at the ceiling.
func BenchmarkUnreadCount(b *testing.B) {
	unread := newSet(b).Unread()
	var evs []events.Event
	for n := range ports.UnreadCeiling * 2 {
		m := benchMessage(n)
		m.RecipientID = "ann"
		evs = append(evs, stored(m))
	}
	if err := apply(b.Context(), projection.Unread, unread, evs...); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := unread.Count(b.Context(), "ann"); err != nil {
			b.Fatal(err)
		}
	}
}
