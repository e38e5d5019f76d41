package rebuild

import (
	"context"
	"time"
)

// A batch is what is put in order before it is written: the larger, the more of its
// rows come to lie in one page of a table, and the fewer pages are written. Memory
// bounds it: two batches are in it at a time, of some 25 MB each with usual messages.
const (
	batchEvents = 128_000
	batchBytes  = 100_000_000
)

// A batch is written in transactions of some rows each. The writer is one for all, so
// such a transaction is what a live write waits for at most. While nobody writes they
// are larger: a page that two of them touch is logged twice.
const (
	quietRows = 8000
	busyRows  = 1000
	// busyFor is how long after a live event the fill still makes room.
	busyFor = 250 * time.Millisecond
	// restFactor is how long a fill rests after a transaction, in times of what that
	// took: it takes a third of the writer's time from live writes at most.
	restFactor = 2
)

// pace makes room for live writes.
type pace struct {
	quiet  int // rows of a transaction while nobody writes
	head   int64
	lastly time.Time
	busy   bool
}

func newPace(quiet int) pace { return pace{quiet: quiet, head: -1} }

// rows is how many rows the next transaction has.
func (p *pace) rows() int {
	if p.busy {
		return min(busyRows, p.quiet)
	}
	return p.quiet
}

// rest waits, while there are live events, restFactor times as long as a transaction took.
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
