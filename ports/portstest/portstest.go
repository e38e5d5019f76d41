// Package portstest is the contract of the ports as tests: one suite per port,
// run over every adapter, so that the embedded home and AWS behave alike.
//
//	func TestInbox(t *testing.T) {
//		portstest.Inbox(t, func(t *testing.T) portstest.InboxAdapter { ... })
//	}
//
// A suite knows the ports only. It uses fresh random ids wherever it can, so that
// most of it may run over a store that others use too; where it needs an empty
// store it asks for a new adapter. Its subtests run in parallel. Every call goes
// through the adapter, one by one or at once, as handlers make them.
//
// Reads are expected to see the writes that were acknowledged before them. Of AWS
// that holds for the emulators; secondary indexes of the real DynamoDB follow
// within a moment, and nothing in Sealpost depends on more.
package portstest

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"
)

// newID returns an id that nothing else has, with a prefix that tells what it is
// of in a failure's text.
func newID(prefix string) string { return prefix + "-" + strings.ToLower(rand.Text()) }

// start is the time of the ids that suites make: fixed, as no test may depend on
// when it runs.
var start = time.Date(2026, 11, 24, 1, 55, 0, 0, time.UTC)

// newULID returns an event's or a message's id; a greater n is a later one.
func newULID(n int) string {
	return ulid.MustNew(ulid.Timestamp(start.Add(time.Duration(n)*time.Second)), rand.Reader).String()
}

// call is one write of a projection, as a value that can be shuffled and repeated.
type call struct {
	name string
	do   func(context.Context) error
}

// String tells a call in rapid's account of a failure.
func (c call) String() string { return c.name }

// apply makes the calls one after the other.
func apply(ctx context.Context, calls []call) error {
	for _, c := range calls {
		if err := c.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// redelivered draws what a bus may make of the calls: every one of them comes at
// least once, some again, in any order.
func redelivered(t *rapid.T, calls []call) []call {
	all := calls
	if len(calls) > 0 {
		again := rapid.SliceOfN(rapid.IntRange(0, len(calls)-1), 0, len(calls)).Draw(t, "again")
		all = append([]call{}, calls...)
		for _, i := range again {
			all = append(all, calls[i])
		}
		all = rapid.Permutation(all).Draw(t, "order")
	}
	return all
}

// racers is how many workers make the same calls at the same time.
const racers = 8

// race has every worker make all the calls, each in an order of its own, and
// returns when the last is done.
func race(t *testing.T, calls []call) {
	t.Helper()
	begin := make(chan struct{})
	g, ctx := errgroup.WithContext(t.Context())
	for range racers {
		mine := append([]call{}, calls...)
		mathrand.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
		g.Go(func() error {
			<-begin
			return apply(ctx, mine)
		})
	}
	close(begin)
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// together runs do for 0 to n-1, some at a time, and fails the test with the first
// error.
func together(t *testing.T, n int, do func(ctx context.Context, i int) error) {
	t.Helper()
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(32)
	for i := range n {
		g.Go(func() error { return do(ctx, i) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// ended returns a context that has ended.
func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// once makes what it is asked for at the first use, for subtests that can share it.
func once[T any](t *testing.T, create func(*testing.T) T) func() T {
	t.Helper()
	return sync.OnceValue(func() T { return create(t) })
}
