package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// load says how to load the server: for a time or a number of posts, as fast as
// possible or at a rate.
type load struct {
	clients  int
	duration time.Duration
	posts    int
	rate     float64
}

type result struct {
	latencies []time.Duration
	elapsed   time.Duration
}

// send posts one message with as little client work as HTTP allows, because the clients
// share the machine with the measured server.
func (w *world) send(ctx context.Context, to string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.server+"/messages?to="+to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+w.sender.token)
	r.Header.Set("Content-Type", "application/octet-stream")
	res, err := w.http.Do(r)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(res.Body)
	if closeErr := res.Body.Close(); err != nil || closeErr != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if res.StatusCode != http.StatusAccepted {
		return fmt.Errorf("posting: %s: %s", res.Status, answer)
	}
	return nil
}

func (w *world) post(ctx context.Context, l load) (result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if l.duration > 0 {
		timer := time.AfterFunc(l.duration, cancel)
		defer timer.Stop()
	}
	limit := rate.NewLimiter(rate.Inf, 0)
	if l.rate > 0 {
		limit = rate.NewLimiter(rate.Limit(l.rate), l.clients)
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	var mu sync.Mutex
	var r result
	var failure error
	start := time.Now()
	for range l.clients {
		wg.Go(func() {
			var mine []time.Duration
			var err error
			for n := next.Add(1); ctx.Err() == nil && (l.posts == 0 || n <= int64(l.posts)); n = next.Add(1) {
				if limit.Wait(ctx) != nil {
					break
				}
				began := time.Now()
				// A request in progress at the end is finished, not cut off.
				if err = w.send(context.WithoutCancel(ctx), w.people[n%recipients].username); err != nil {
					cancel()
					break
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			r.latencies = append(r.latencies, mine...)
			if err != nil {
				failure = err
			}
		})
	}
	wg.Wait()
	r.elapsed = time.Since(start)
	w.posted += len(r.latencies)
	return r, failure
}

func (w *world) fill(ctx context.Context, stored int) error {
	if w.posted >= stored {
		return nil
	}
	_, err := w.post(ctx, load{clients: 32, posts: stored - w.posted})
	return err
}

// probe measures, under load, the time from a message's 202 until it is in the
// recipient's unread count. The probed recipient gets no other messages.
func (w *world) probe(ctx context.Context, l load) ([]time.Duration, error) {
	probed := w.sender // the load sends nothing to the sender
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := w.post(ctx, l)
		cancel()
		done <- err
	}()
	var visible []time.Duration
	var err error
	for seen := 0; ctx.Err() == nil && err == nil && seen < 999; seen++ { // the limit of the count
		var d time.Duration
		if d, err = w.probeOnce(ctx, probed, seen); err == nil {
			visible = append(visible, d)
		}
		pause(ctx, 10*time.Millisecond)
	}
	if ctx.Err() != nil {
		err = nil // the load ended
	}
	cancel()
	if loadErr := <-done; loadErr != nil {
		return nil, loadErr
	}
	return visible, err
}

func (w *world) probeOnce(ctx context.Context, probed person, seen int) (time.Duration, error) {
	if err := w.send(ctx, probed.username); err != nil {
		return 0, err
	}
	began := time.Now()
	err := until(ctx, func() (bool, error) {
		count, err := probed.client.Unread(ctx)
		return count.Unread > seen, err
	})
	return time.Since(began), err
}
