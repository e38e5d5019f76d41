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

	"github.com/sealpost/sealpost/ports"
)

// How long messages are hidden, and how often that is renewed while they are held. Two renewals may fail
// before another client can receive a held message.
const (
	visibilitySeconds = 60
	visibility        = visibilitySeconds * time.Second
	renewEvery        = visibility / 3
)

// hiddenFor is how long letters that no command holds may be hidden, or counted as hidden: a letter reappears
// within a minute, and a queue's counts are up to a minute old.
const hiddenFor = visibility + settled

// stepLimit is how long a step may continue after the context's end, because calls that receive, move or
// return messages must not be interrupted.
const stepLimit = 30 * time.Second

// callsAtOnce is how many queues are read, and how many batches returned, at once.
const callsAtOnce = 16

// Hold implements [ports.HeldDeadLetters] with messages that it keeps hidden from other clients.
type Hold struct {
	l            *Letters
	mu           sync.Mutex
	held         map[ID]*parked
	hidden, more int

	stop    context.CancelFunc
	renewed chan struct{} // closed when renewing has ended
}

// Hold implements [ports.DeadLetters]. It receives up to 10,000 messages from each dead-letter queue, and
// releases those that the filter does not select.
func (l *Letters) Hold(ctx context.Context, f ports.DeadLetterFilter) (ports.HeldDeadLetters, error) {
	consumers, err := l.selected(f)
	if err != nil {
		return nil, err
	}
	h, err := l.hold(ctx, consumers, func(id ID) bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return f.Selects(id) && (len(f.IDs) > 0 || !l.sent[id])
	})
	if err != nil { // a nil *Hold must not become a non-nil interface
		return nil, err
	}
	return h, nil
}

// hold holds the wanted letters. After an error it holds none.
func (l *Letters) hold(ctx context.Context, consumers []Consumer, wanted func(ID) bool) (*Hold, error) {
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
	if err == nil {
		err = h.release(ctx, func(id ID) bool { return !wanted(id) })
	}
	if err != nil {
		return nil, errors.Join(err, h.Close(ctx))
	}
	return h, nil
}

// List implements [ports.HeldDeadLetters]. Letters at which consumers failed have no reason yet, because only
// the log has it.
func (h *Hold) List() ports.DeadLetterList {
	all := h.parked()
	h.mu.Lock()
	defer h.mu.Unlock()
	list := ports.DeadLetterList{Letters: make([]Letter, len(all)), Hidden: h.hidden, More: h.more}
	for i, p := range all {
		list.Letters[i] = p.letter()
	}
	return list
}

func (h *Hold) parked() []*parked {
	h.mu.Lock()
	defer h.mu.Unlock()
	return sorted(slices.Collect(maps.Values(h.held)))
}

// Close implements [ports.HeldDeadLetters]. Letters that it cannot release become visible within a minute.
func (h *Hold) Close(ctx context.Context) error {
	h.stop()
	<-h.renewed
	return h.release(ctx, func(ID) bool { return true })
}

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
	left, err := h.l.setVisibility(step, all, 0)
	if err != nil {
		return fmt.Errorf("letting go of dead letters (%d are hidden for up to %v): %w", left, visibility, err)
	}
	return nil
}

// renew keeps the held letters hidden until the context ends.
func (h *Hold) renew(ctx context.Context) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// After a failure another client may receive a held letter, which may be duplicated but not lost.
			_, _ = h.l.setVisibility(ctx, h.parked(), visibilitySeconds)
		}
	}
}

// setVisibility makes messages visible after that many seconds. It returns the number of messages for which
// that failed.
func (l *Letters) setVisibility(ctx context.Context, all []*parked, seconds int32) (left int, err error) {
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
	_ = group.Wait() // no function returns an error, because one failed batch must not stop the others
	return left, errors.Join(errs...)
}
