// Package portstest is the contract of the ports as tests: one suite per port,
// run over every adapter, so that the embedded backend and AWS behave alike.
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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"
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
