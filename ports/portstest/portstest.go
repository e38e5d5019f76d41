// Package portstest is the contract of the ports as tests. It has one suite per port, which runs over every
// adapter, so that the embedded backend and AWS behave alike.
//
//	func TestInbox(t *testing.T) {
//		portstest.Inbox(t, func(t *testing.T) portstest.InboxAdapter { ... })
//	}
//
// A suite uses only the ports. It uses fresh random ids where it can, so most of it may run over a shared
// store; where it needs an empty store it creates a new adapter. Subtests run in parallel.
//
// Reads are expected to see all acknowledged writes. On AWS this holds for the emulators. Secondary indexes
// of the real DynamoDB follow within a moment, and Sealpost does not depend on more.
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

// newID returns a unique id. The prefix identifies its kind in failures.
func newID(prefix string) string { return prefix + "-" + strings.ToLower(rand.Text()) }

// start is the time of the suites' ids. It is fixed because no test may depend on when it runs.
var start = time.Date(2026, 11, 24, 1, 55, 0, 0, time.UTC)

// newULID returns the id of an event or a message. A greater n gives a later id.
func newULID(n int) string {
	return ulid.MustNew(ulid.Timestamp(start.Add(time.Duration(n)*time.Second)), rand.Reader).String()
}

// together runs do for 0 to n-1, some concurrently, and fails the test with the first error.
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

// ended returns a canceled context.
func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// once calls create at the first use, for subtests that can share the result.
func once[T any](t *testing.T, create func(*testing.T) T) func() T {
	t.Helper()
	return sync.OnceValue(func() T { return create(t) })
}
