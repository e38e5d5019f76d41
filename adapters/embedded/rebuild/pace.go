package rebuild

import (
	"context"
	"time"
)

// A batch is sorted before it is written. In a larger batch more rows share a page of a table, so fewer pages
// are written. Memory limits it: two batches exist at a time, of about 25 MB each with usual messages.
const (
	batchEvents = 128_000
	batchBytes  = 100_000_000
)

// A batch is written in transactions of some rows each. There is only one writer, so a live write waits for
// at most one of them. Without live writes they are larger, because a page that two of them change is logged
// twice.
const (
	quietRows = 8000
	busyRows  = 1000
	// busyFor is how long after a live event the fill still pauses.
	busyFor = 250 * time.Millisecond
	// restFactor is how long a fill pauses after a transaction, as a multiple of its duration. The fill thus
	// takes at most a third of the writer's time.
	restFactor = 2
)

// pace limits the fill in favour of live writes.
type pace struct {
	quiet  int // rows per transaction without live writes
	head   int64
	lastly time.Time
	busy   bool
}

func newPace(quiet int) pace { return pace{quiet: quiet, head: -1} }

func (p *pace) rows() int {
	if p.busy {
		return min(busyRows, p.quiet)
	}
	return p.quiet
}

// rest waits, during live writes, restFactor times as long as the transaction took.
func (p *pace) rest(ctx context.Context, head int64, took time.Duration) error {
	now := time.Now()
	if p.head >= 0 && head > p.head {
		p.lastly = now
	}
	p.head = head
	p.busy = now.Sub(p.lastly) < busyFor
	if !p.busy {
		return ctx.Err()
	}
	timer := time.NewTimer(restFactor * took)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
