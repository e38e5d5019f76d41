package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// rounds is how often each of two binaries is loaded, alternately.
const rounds = 5

type contender struct {
	binary string
	server *server
	world  *world
	rates  []float64
	busy   time.Duration // processor time of the server under load
	posts  int
}

// measureAgainst loads this binary and that of -against alternately, so that noise of
// the machine affects both, and compares the medians of their durable posts.
func measureAgainst(ctx context.Context, o options, t *table) (err error) {
	pair := []*contender{{binary: o.binary}, {binary: o.against}}
	defer func() {
		for _, c := range pair {
			if c.server != nil {
				err = errors.Join(err, c.server.stop())
			}
		}
	}()
	for i, c := range pair {
		if err := c.start(ctx, o, filepath.Join(o.dir, fmt.Sprint("contender-", i))); err != nil {
			return fmt.Errorf("%s: %w", c.binary, err)
		}
	}
	for round := range rounds {
		for i := range pair {
			c := pair[(round+i)%len(pair)] // take turns at being first
			if err := c.load(ctx, o); err != nil {
				return fmt.Errorf("%s: %w", c.binary, err)
			}
		}
	}
	ours, theirs := median(pair[0].rates), median(pair[1].rates)
	t.add(fmt.Sprintf("durable posts of 1 KiB, %d clients, in turns", o.clients), fmt.Sprintf("%.2f×", ours/theirs), "≥ 2×",
		fmt.Sprintf("medians of %d rounds: %.0f/s; %s %.0f/s", rounds, ours, o.against, theirs))
	t.add("the server's processor time per post, in turns", fmt.Sprintf("%.2f×", float64(pair[0].perPost())/float64(pair[1].perPost())), "",
		fmt.Sprintf("%d µs; %s %d µs: depends less on what else the machine does", pair[0].perPost().Microseconds(), o.against, pair[1].perPost().Microseconds()))
	return nil
}

func (c *contender) perPost() time.Duration { return c.busy / time.Duration(max(c.posts, 1)) }

func (c *contender) start(ctx context.Context, o options, data string) error {
	addr, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	if c.server, err = startServer(ctx, c.binary, addr, data); err != nil {
		return err
	}
	if c.world, err = newWorld(ctx, c.server, o.clients); err != nil {
		return err
	}
	_, err = c.world.post(ctx, load{clients: o.clients, duration: 2 * time.Second}) // warm up
	return err
}

// load measures one round. It ends when the projections have caught up, so that work
// deferred by one binary does not slow the other's round.
func (c *contender) load(ctx context.Context, o options) error {
	before, err := c.server.processorTime()
	if err != nil {
		return err
	}
	r, err := c.world.post(ctx, load{clients: o.clients, duration: o.duration / rounds})
	if err != nil {
		return err
	}
	c.rates = append(c.rates, float64(len(r.latencies))/r.elapsed.Seconds())
	if err := c.world.caughtUp(ctx); err != nil {
		return err
	}
	after, err := c.server.processorTime()
	c.busy, c.posts = c.busy+after-before, c.posts+len(r.latencies)
	return err
}
