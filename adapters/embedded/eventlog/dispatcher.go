package eventlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sealpost/sealpost/events"
)

// Handler is a consumer. It returns an error, or nil, for each event of a batch. Other consumers get the same
// events concurrently, so it must not change them.
type Handler func(ctx context.Context, evs []events.Event) []error

// Policy controls batches and retries. A zero field means its default.
type Policy struct {
	// BatchSize is the most deliveries in one batch (default 200). Under load large batches are faster,
	// because a consumer's writes of one batch share a commit.
	BatchSize int
	// MaxAttempts is how often a delivery is tried before it is parked (default 5, like maxReceiveCount of
	// the queues on AWS).
	MaxAttempts int
	// FirstPause is the wait after the first failure (default 1 s). Each further pause is four times as long,
	// up to MaxPause (default 5 minutes). With five attempts an outage may last a minute and a half before
	// anything is parked.
	FirstPause, MaxPause time.Duration
	// Timeout is how long a consumer may take for a batch (default 30 s, like the functions on AWS).
	Timeout time.Duration
}

func (p Policy) withDefaults() Policy {
	set := func(d *time.Duration, def time.Duration) {
		if *d == 0 {
			*d = def
		}
	}
	if p.BatchSize == 0 {
		p.BatchSize = 200
	}
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 5
	}
	set(&p.FirstPause, time.Second)
	set(&p.MaxPause, 5*time.Minute)
	set(&p.Timeout, 30*time.Second)
	return p
}

// pause returns how long a delivery waits after that many failures.
func (p Policy) pause(attempts int) time.Duration {
	d := p.FirstPause
	for range attempts - 1 {
		if d >= p.MaxPause {
			break
		}
		d *= 4
	}
	return min(d, p.MaxPause)
}

type worker struct {
	log          *Log
	logger       *slog.Logger
	subscription events.Subscription
	handler      Handler
	policy       Policy

	// position is how far the log has been read. It belongs to the loop of fresh deliveries. The stored
	// checkpoint may lag behind it.
	position int64
	// looked is when the loop of retries last read the clock.
	looked time.Time
	// failed signals the loop of retries that a delivery failed.
	failed chan struct{}
}

// Dispatcher feeds the consumers.
type Dispatcher struct{ workers []*worker }

// NewDispatcher registers with the log every consumer in events/subscriptions/subscriptions.json. Only later
// events are sure to reach all of them, so it must run before the first producer. handlers must have exactly
// the consumers of the file.
func NewDispatcher(ctx context.Context, l *Log, handlers map[string]Handler, policy Policy) (*Dispatcher, error) {
	workers, err := l.workers(handlers, policy.withDefaults())
	if err != nil {
		return nil, err
	}
	for _, w := range workers {
		if err := w.register(ctx); err != nil {
			return nil, err
		}
	}
	return &Dispatcher{workers}, nil
}

// Run delivers until the context ends, and returns after the last batch.
func (d *Dispatcher) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, w := range d.workers {
		// Retries have their own loop, so fresh deliveries do not wait behind a poisoned one.
		wg.Go(func() { w.loop(ctx, w.log.news, w.fresh) })
		wg.Go(func() { w.loop(ctx, w.failures, w.retries) })
	}
	wg.Wait()
}

func (l *Log) workers(handlers map[string]Handler, policy Policy) ([]*worker, error) {
	subscriptions, err := events.Subscriptions()
	if err != nil {
		return nil, err
	}
	var workers []*worker
	for _, name := range slices.Sorted(maps.Keys(subscriptions)) {
		handler, ok := handlers[name]
		if !ok {
			return nil, fmt.Errorf("no handler for consumer %s, which subscriptions.json names", name)
		}
		workers = append(workers, &worker{
			log: l, logger: l.log.With("consumer", name), subscription: subscriptions[name],
			handler: handler, policy: policy, failed: make(chan struct{}, 1),
		})
	}
	if len(handlers) != len(workers) {
		return nil, fmt.Errorf("%d handlers for the %d consumers of subscriptions.json", len(handlers), len(workers))
	}
	return workers, nil
}

// troublePause is how long a worker waits after a database error.
const troublePause = time.Second

// pollPause is the longest wait between checks, because another process (sealpost redrive) may have put
// deliveries back.
const pollPause = time.Second

// pause is what a step wants to wait for.
type pause struct {
	// atMost is the longest wait; zero means none.
	atMost time.Duration
	// deaf is true if news does not end the wait.
	deaf bool
}

// loop runs steps until the context ends. A step does the available work and returns what to wait for next.
func (w *worker) loop(ctx context.Context, listen func() <-chan struct{}, step func(context.Context) (pause, error)) {
	for ctx.Err() == nil {
		news := listen()
		next, err := step(ctx)
		if err != nil && ctx.Err() == nil {
			w.logger.ErrorContext(ctx, "dispatching failed", "error", err)
			next = pause{atMost: troublePause, deaf: true}
		}
		if next.deaf {
			news = nil
		}
		if next.atMost > 0 {
			rest(ctx, news, min(next.atMost, pollPause))
		}
	}
}

func (w *worker) failures() <-chan struct{} { return w.failed }

// rest waits for news, the duration, or the end of the context.
func rest(ctx context.Context, news <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-news:
	case <-timer.C:
	}
}

// permanent reports whether retries cannot help until other code runs.
func permanent(reason error) bool {
	return errors.Is(reason, events.ErrUnknownEvent) || errors.Is(reason, events.ErrInvalid)
}
