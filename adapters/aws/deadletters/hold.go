package deadletters

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// How long messages are hidden, and how often that is renewed while they are held.
// Two renewals may fail before somebody else sees a message that is still held.
const (
	visibilitySeconds = 60
	visibility        = visibilitySeconds * time.Second
	renewEvery        = visibility / 3
)

// OutOfSight is how long letters may be out of sight, or counted so, that nobody
// holds any more: a hidden one comes back within a minute, and what a queue says of
// itself is up to a minute old. What is out of sight for longer is held by somebody
// who renews it.
const OutOfSight = visibility + settled

// stepLimit is how long one step may go on after the context's end: a call that
// receives, moves or returns messages is not broken off in the middle.
const stepLimit = 30 * time.Second

// callsAtOnce is how many queues are read, and how many batches returned, at the
// same time.
const callsAtOnce = 16

// Hold is messages of dead-letter queues that nobody else sees for now. It must be
// closed.
type Hold struct {
	// Hidden and More are as in [Listing].
	Hidden, More int

	l    *Letters
	mu   sync.Mutex
	held map[ID]*parked

	stop    context.CancelFunc
	renewed chan struct{} // closed when the renewing has ended
}

// Hold receives all that lies in the consumers' dead-letter queues, up to [MaxHeld]
// of each, and keeps it hidden until it is closed. What wanted refuses is let go at
// once; nil wants everything. On an error nothing is held any more.
func (l *Letters) Hold(ctx context.Context, consumers []Consumer, wanted func(ID) bool) (*Hold, error) {
	h := &Hold{l: l, held: map[ID]*parked{}, renewed: make(chan struct{})}
	var renewing context.Context
	renewing, h.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(h.renewed)
		h.renew(renewing)
	}()
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(callsAtOnce)
	for _, c := range consumers {
		for _, url := range []string{c.Dead, c.Undelivered} {
			group.Go(func() error { return h.receiveAll(reading, c, url) })
		}
	}
	err := group.Wait()
	if err == nil && wanted != nil {
		err = h.release(ctx, func(id ID) bool { return !wanted(id) })
	}
	if err != nil {
		return nil, errors.Join(err, h.Close(ctx))
	}
	return h, nil
}

// IDs are those of the letters that are held, the one that was sent first first.
func (h *Hold) IDs() []ID {
	var ids []ID
	for _, p := range h.parked() {
		ids = append(ids, p.id)
	}
	return ids
}

// Letters are those that are held, in the order of IDs. Those that consumers failed
// at have no reason: nothing but the log knows it.
func (h *Hold) Letters() []Letter {
	var letters []Letter
	for _, p := range h.parked() {
		letters = append(letters, p.letter())
	}
	return letters
}

func (h *Hold) parked() []*parked {
	h.mu.Lock()
	defer h.mu.Unlock()
	return sorted(slices.Collect(maps.Values(h.held)))
}

// Close lets everything go that is still held, also when the context has ended
// already. What it could not return is seen again within a minute.
func (h *Hold) Close(ctx context.Context) error {
	h.stop()
	<-h.renewed
	return h.release(ctx, func(ID) bool { return true })
}

// release makes letters visible again.
func (h *Hold) release(ctx context.Context, which func(ID) bool) error {
	step, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepLimit)
	defer cancel()
	var all []*parked
	h.mu.Lock()
	for id, p := range h.held {
		if which(id) {
			all = append(all, p)
			delete(h.held, id)
		}
	}
	h.mu.Unlock()
	left, err := h.l.show(step, all, 0)
	if err != nil {
		return fmt.Errorf("letting go of dead letters (%d are hidden for up to %v): %w", left, visibility, err)
	}
	return nil
}

// renew keeps hidden what is held.
func (h *Hold) renew(ctx context.Context) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// A letter whose time runs out is seen by others: it may be doubled, and
			// is not lost. So a failure here ends nothing.
			_, _ = h.l.show(ctx, h.parked(), visibilitySeconds)
		}
	}
}

// show makes messages visible after so many seconds, and returns of how many it
// could not.
func (l *Letters) show(ctx context.Context, all []*parked, seconds int32) (left int, err error) {
	var mu sync.Mutex
	var errs []error
	group := errgroup.Group{}
	group.SetLimit(callsAtOnce)
	for url, mine := range byQueue(all) {
		for chunk := range slices.Chunk(mine, maxBatch) {
			group.Go(func() error {
				done, err := l.batch(ctx, chunk, l.changeVisibility(url, seconds))
				mu.Lock()
				defer mu.Unlock()
				left += len(chunk) - len(done)
				errs = append(errs, err)
				return nil
			})
		}
	}
	_ = group.Wait() // none returns an error: one batch that fails must not stop the others
	return left, errors.Join(errs...)
}
