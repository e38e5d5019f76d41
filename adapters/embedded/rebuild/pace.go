package rebuild

import (
	"context"
	"sync/atomic"
	"time"
)

// The writer is one for all, so a batch of a fill is what a live write waits for at
// most. While nobody writes batches are larger, because each costs a sync of the disk.
const (
	quietBatch = 8000
	busyBatch  = 250
	// busyFor is how long after a live event the fill still makes room.
	busyFor = 250 * time.Millisecond
	// share of the writer's time that a fill takes from live writes: one part in three.
	restFactor = 2
)

// pace makes room for live writes.
type pace struct {
	quiet  int // events a batch has while nobody writes
	head   int64
	lastly time.Time
	busy   *atomic.Bool // read by the reader, written by the writer
}

func newPace(quiet int) pace { return pace{quiet: quiet, head: -1, busy: new(atomic.Bool)} }

// size is how many events the next batch has.
func (p *pace) size() int {
	if p.busy.Load() {
		return min(busyBatch, p.quiet)
	}
	return p.quiet
}

// rest waits, while there are live events, for twice as long as the batch took.
func (p *pace) rest(ctx context.Context, head int64, took time.Duration) error {
	now := time.Now()
	if p.head >= 0 && head > p.head {
		p.lastly = now
	}
	p.head = head
	busy := now.Sub(p.lastly) < busyFor
	p.busy.Store(busy)
	if !busy {
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
