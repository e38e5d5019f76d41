package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

const (
	// bodySize is the size of a post, in bytes.
	bodySize = 1 << 10
	// recipients is the number of users that the load is spread over.
	recipients = 50
)

// measurePosts measures durable posts and the time to visible. It then measures
// start-up and idle memory with a full store.
func measurePosts(ctx context.Context, o options, t *table) error {
	addr, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	data := filepath.Join(o.dir, "data")
	s, err := startServer(ctx, o.binary, addr, data)
	if err != nil {
		return err
	}
	w, err := newWorld(ctx, s, o.clients)
	if err != nil {
		return err
	}
	rate, err := measureThroughput(ctx, o, t, w, s)
	if err != nil {
		return err
	}
	if err := measureVisible(ctx, o, t, w, rate/2); err != nil {
		return err
	}
	if err := w.fill(ctx, o.stored); err != nil {
		return err
	}
	if err := w.caughtUp(ctx); err != nil {
		return err
	}
	if err := s.stop(); err != nil {
		return err
	}
	return measureStart(ctx, o, t, addr, data)
}

func measureThroughput(ctx context.Context, o options, t *table, w *world, s *server) (float64, error) {
	if _, err := w.post(ctx, load{clients: o.clients, duration: 2 * time.Second}); err != nil { // warm up
		return 0, err
	}
	before, err := s.processorTime()
	if err != nil {
		return 0, err
	}
	r, err := w.post(ctx, load{clients: o.clients, duration: o.duration})
	if err != nil {
		return 0, err
	}
	rate := float64(len(r.latencies)) / r.elapsed.Seconds()
	t.add(fmt.Sprintf("durable posts of 1 KiB, %d clients", o.clients), fmt.Sprintf("%.0f/s", rate), "≥ 2000/s",
		fmt.Sprintf("p50 %s, p99 %s; %.1f× single fsyncs, %.2f× rows SQLite commits in groups (a post writes 2 before its 202, and 3 more behind it)",
			ms(quantile(r.latencies, 0.5)), ms(quantile(r.latencies, 0.99)), rate/t.fsync, rate/t.sqliteGroup))
	if err := w.caughtUp(ctx); err != nil {
		return 0, err
	}
	after, err := s.processorTime()
	if err != nil {
		return 0, err
	}
	perPost := (after - before) / time.Duration(len(r.latencies))
	t.add("the server's processor time per post", fmt.Sprintf("%d µs", perPost.Microseconds()), "",
		"projections and notifications included, the clients' share not")
	return rate, nil
}

func measureVisible(ctx context.Context, o options, t *table, w *world, rate float64) error {
	visible, err := w.probe(ctx, load{clients: o.clients, duration: o.duration, rate: rate})
	if err != nil {
		return err
	}
	t.add(fmt.Sprintf("from 202 to the unread count, at %.0f posts/s", rate), "p99 "+ms(quantile(visible, 0.99)), "p99 ≤ 100 ms",
		fmt.Sprintf("p50 %s, %d probes", ms(quantile(visible, 0.5)), len(visible)))
	return nil
}

// idle is how long a started server is left alone before its memory is read.
const idle = 5 * time.Second

func measureStart(ctx context.Context, o options, t *table, addr, data string) error {
	s, err := startServer(ctx, o.binary, addr, data)
	if err != nil {
		return err
	}
	t.add(fmt.Sprintf("start to listening, %d messages in store", o.stored), ms(s.listening), "≤ 1000 ms", "from exec to the first answer")
	pause(ctx, idle)
	memory, err := s.memory()
	if err != nil {
		return err
	}
	t.add("idle memory, the same store", fmt.Sprintf("%d MB", memory/1_000_000), "≤ 100 MB", "VmRSS")
	return s.stop()
}
