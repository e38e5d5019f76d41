package portstest

import (
	"context"
	mathrand "math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// project has events change a projection, all at once, as its consumer does.
func project(ctx context.Context, of projection.Projection, to ports.Projection, evs ...events.Event) error {
	var changes []projection.Change
	for _, ev := range evs {
		changes = of.Changes(changes, ev)
	}
	return to.Apply(ctx, changes)
}

// mustProject is project, an error of which ends the test.
func mustProject(t *testing.T, of projection.Projection, to ports.Projection, evs ...events.Event) {
	t.Helper()
	if err := project(t.Context(), of, to, evs...); err != nil {
		t.Fatal(err)
	}
}

// redeliver gives a projection what a bus may make of events: every one of them comes at least
// once, some again, in any order and in batches of any size.
func redeliver(t *rapid.T, of projection.Projection, to ports.Projection, evs []events.Event) {
	all := slices.Clone(evs)
	if len(evs) > 0 {
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(evs)-1), 0, len(evs)).Draw(t, "again") {
			all = append(all, evs[i])
		}
		all = rapid.Permutation(all).Draw(t, "order")
	}
	for len(all) > 0 {
		n := rapid.IntRange(1, len(all)).Draw(t, "batch")
		if err := project(t.Context(), of, to, all[:n]...); err != nil {
			t.Fatal(err)
		}
		all = all[n:]
	}
}

// racers is how many workers are given the same events at the same time.
const racers = 8

// race gives every worker all the events, each in an order and in batches of its own, and
// returns when the last is done.
func race(t *testing.T, of projection.Projection, to ports.Projection, evs []events.Event) {
	t.Helper()
	begin := make(chan struct{})
	g, ctx := errgroup.WithContext(t.Context())
	for size := range racers {
		mine := slices.Clone(evs)
		mathrand.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
		g.Go(func() error {
			<-begin
			for batch := range slices.Chunk(mine, size+1) {
				if err := project(ctx, of, to, batch...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	close(begin)
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// refusesLimits checks that a list refuses pages that may not be asked for.
func refusesLimits[T any](t *testing.T, list lister[T]) {
	t.Helper()
	for _, limit := range []int{-1, 0, ports.MaxPageLimit + 1, 1 << 40} {
		wantErr(t, list, ports.PageRequest{Limit: limit}, ports.ErrBadLimit)
	}
}
