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

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/ports"
)

// writers is how many callers write at the same time: issue 3's load.
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

// benchMessage is one of many messages to a hundred recipients, as long as the
// embedded home's are.
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

func BenchmarkInboxStored(b *testing.B) {
	inbox := must(b, projections.NewInbox, openDB(b), 1)
	inParallel(b, func(ctx context.Context, n int) error { return inbox.Stored(ctx, benchMessage(n)) })
}

// BenchmarkMessageStored does what a MessageStored event does to the projections.
func BenchmarkMessageStored(b *testing.B) {
	db := openDB(b)
	inbox, unread := must(b, projections.NewInbox, db, 1), must(b, newUnread, db, 1)
	inParallel(b, func(ctx context.Context, n int) error {
		m := benchMessage(n)
		var g errgroup.Group
		g.Go(func() error { return inbox.Stored(ctx, m) })
		g.Go(func() error { return unread.Stored(ctx, m.RecipientID, m.ID) })
		return g.Wait()
	})
}

func BenchmarkInboxStoredAgain(b *testing.B) {
	inbox := must(b, projections.NewInbox, openDB(b), 1)
	m := benchMessage(1)
	inParallel(b, func(ctx context.Context, _ int) error { return inbox.Stored(ctx, m) })
}

func BenchmarkUnreadStored(b *testing.B) {
	unread := must(b, newUnread, openDB(b), 1)
	inParallel(b, func(ctx context.Context, n int) error {
		m := benchMessage(n)
		return unread.Stored(ctx, m.RecipientID, m.ID)
	})
}

func BenchmarkUnreadStoredAndRead(b *testing.B) {
	unread := must(b, newUnread, openDB(b), 1)
	inParallel(b, func(ctx context.Context, n int) error {
		m := benchMessage(n)
		if err := unread.Stored(ctx, m.RecipientID, m.ID); err != nil {
			return err
		}
		return unread.Read(ctx, m.RecipientID, m.ID)
	})
}

func BenchmarkUserVerified(b *testing.B) {
	users := must(b, projections.NewUsers, openDB(b), 1)
	inParallel(b, func(ctx context.Context, n int) error {
		return users.Verified(ctx, fmt.Sprintf("user-%012d", n), fmt.Sprintf("Name%012d", n), fmt.Sprintf("01KB%022d", n))
	})
}

// BenchmarkUnreadCount counts where it takes longest: at the ceiling.
func BenchmarkUnreadCount(b *testing.B) {
	unread := must(b, newUnread, openDB(b), 1)
	var g errgroup.Group
	for n := range ports.UnreadCeiling * 2 {
		g.Go(func() error { return unread.Stored(b.Context(), "ann", benchMessage(n).ID) })
	}
	if err := g.Wait(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := unread.Count(b.Context(), "ann"); err != nil {
			b.Fatal(err)
		}
	}
}
