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

// project applies events to a projection in one batch, as its consumer does.
func project(ctx context.Context, of projection.Projection, to ports.Projection, evs ...events.Event) error {
	var changes []projection.Change
	for _, ev := range evs {
		changes = of.Changes(changes, ev)
	}
	return to.Apply(ctx, changes)
}

func mustProject(t *testing.T, of projection.Projection, to ports.Projection, evs ...events.Event) {
	t.Helper()
	if err := project(t.Context(), of, to, evs...); err != nil {
		t.Fatal(err)
	}
}

// redeliver applies events as a bus may deliver them: each at least once, some more often, in any order and
// in batches of any size.
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

// racers is how many workers apply the same events concurrently.
const racers = 8

// race has every worker apply all events, in its own order and batches, and returns when the last is done.
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

// refusesLimits checks that a list refuses limits out of range.
func refusesLimits[T any](t *testing.T, list lister[T]) {
	t.Helper()
	for _, limit := range []int{-1, 0, ports.MaxPageLimit + 1, 1 << 40} {
		wantErr(t, list, ports.PageRequest{Limit: limit}, ports.ErrBadLimit)
	}
}
