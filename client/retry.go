package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// The back-off between tries: doubling from the first to the last, with jitter.
const (
	firstBackoff = 200 * time.Millisecond
	lastBackoff  = 5 * time.Second
)

// Retry says how long a call is tried again after a failure that may pass: a
// broken connection, 429, a 5xx, and 409 while a recipient's key is being made.
// Only requests that may be repeated are: reads, marking as read, and sending with
// an idempotency key.
type Retry struct {
	// For bounds the time from the first try to the start of the last; 0 means
	// one try only. A wait that would go beyond is not begun.
	For time.Duration
	// Notify is told before each wait, unless it is nil.
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

// backoff is what the server asked for, or else our own measure. The jitter keeps
// clients that failed together from coming back together.
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
