package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// The backoff between tries doubles from the first to the last, with jitter.
const (
	firstBackoff = 200 * time.Millisecond
	lastBackoff  = 5 * time.Second
)

// Retry says how long to retry a call after a temporary failure: a broken connection,
// 429, a 5xx, or 409 while a recipient's key is being created. Only idempotent requests
// are retried: reads, marking as read, and sending with an idempotency key.
type Retry struct {
	// For limits the time from the first try to the start of the last; 0 means one try.
	// A wait that would exceed it is not started.
	For time.Duration
	// Notify is called before each wait. It may be nil.
	Notify func(err error, wait time.Duration)
}

func (r Retry) do(ctx context.Context, try func() error) error {
	start := time.Now()
	for n := 0; ; n++ {
		err := try()
		if err == nil || !temporary(err) {
			return err
		}
		wait := backoff(n, err)
		if time.Since(start)+wait > r.For {
			return err
		}
		if r.Notify != nil {
			r.Notify(err, wait)
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func temporary(err error) bool {
	var p *Problem
	if errors.As(err, &p) {
		return p.Temporary()
	}
	var u *UnreachableError
	return errors.As(err, &u)
}

// backoff returns the wait that the server asked for, or else our own. The jitter
// spreads the retries of clients that failed together.
func backoff(n int, err error) time.Duration {
	ours := min(firstBackoff<<min(n, 10), lastBackoff)
	ours = ours/2 + rand.N(ours/2) //nolint:gosec // jitter, not a secret
	var p *Problem
	if errors.As(err, &p) && p.RetryAfter > 0 {
		return max(ours, p.RetryAfter)
	}
	return ours
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
