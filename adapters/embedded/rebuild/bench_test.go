package rebuild_test

import (
	"syscall"
	"testing"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// BenchmarkRebuild rebuilds inbox and unread from 100,000 events, three of five of
// which store a message. cpu-ns/event is processor time, which a busy machine leaves
// alone; make bench measures the whole of it in a server.
func BenchmarkRebuild(b *testing.B) {
	const n = 100_000
	w := newWorld(b, b.TempDir())
	defer func() { w.ok(w.db.Close()) }()
	var evs []events.Event
	for i := range n * 3 / 5 {
		evs = append(evs, stored(i))
		if i%3 > 0 {
			evs = append(evs, read(i-1))
		}
	}
	for i := 0; i < len(evs); i += 2000 {
		w.publish(evs[i:min(len(evs), i+2000)]...)
	}
	w.pretendDelivered("inbox")
	w.pretendDelivered("unread")
	var spent int64
	for b.Loop() {
		before := cpu(b)
		if err := w.do(ports.ActionRebuild, messages...); err == nil {
			b.Fatal("rebuilt from nothing and found no difference")
		}
		spent += cpu(b) - before
		b.StopTimer()
		w.ok(w.do(ports.ActionDrop, messages...))
		b.StartTimer()
	}
	b.ReportMetric(float64(len(evs)*b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(spent)/float64(len(evs)*b.N), "cpu-ns/event")
}

func cpu(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
