package rebuild

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/ports"
)

// compare compares a candidate with the live generation, records the comparison, and reports whether they are
// equal.
//
// The two tables cannot be read at one moment, because each receives live events at slightly different times.
// So users who differ are read again, item by item (recheck.go).
func (r *Rebuilder) compare(ctx context.Context, t target, report func(ports.RebuildReport)) (same bool, err error) {
	live, err := r.newReader(ctx, t.liveKey())
	if err != nil {
		return false, err
	}
	candidate, err := r.newReader(ctx, t.key())
	if err != nil {
		return false, err
	}
	a, b, err := r.scanBoth(ctx, t, live, candidate, report)
	if err != nil {
		return false, err
	}
	if err := r.recheck(ctx, live, candidate, a, b); err != nil {
		return false, err
	}
	c := merge(t, a, b)
	report(ports.RebuildReport{Comparison: &c})
	return c.Differing == 0, r.record(ctx, t, "compared", c.Detail())
}

func (r *Rebuilder) scanBoth(ctx context.Context, t target, live, candidate *reader, report func(ports.RebuildReport)) (a, b *tally, err error) {
	var items atomic.Int64
	read := func(n int) { items.Add(int64(n)) }
	began := r.localNow()
	g, scanning := errgroup.WithContext(ctx)
	g.Go(func() (err error) { a, err = live.scan(scanning, read); return err })
	g.Go(func() (err error) { b, err = candidate.scan(scanning, read); return err })
	ended := make(chan error, 1)
	go func() { ended <- g.Wait() }()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case err := <-ended:
			return a, b, err
		case <-ticker.C:
			p := &ports.RebuildProgress{Phase: ports.PhaseComparing, Unit: ports.UnitItems, Projections: []string{t.projection}, Done: items.Load(), SecondsLeft: -1}
			p.Rate = float64(p.Done) / r.localNow().Sub(began).Seconds()
			report(ports.RebuildReport{Progress: p})
		}
	}
}

func differing(a, b *tally) []string {
	var users []string
	for user, s := range a.users {
		if s.digest() != b.users[user].digest() {
			users = append(users, user)
		}
	}
	for user := range b.users {
		if a.users[user] == nil {
			users = append(users, user)
		}
	}
	return users
}

// merge compares two tallies, with users in order.
func merge(t target, a, b *tally) ports.GenerationComparison {
	c := ports.GenerationComparison{Projection: t.projection, Live: t.live, Candidate: t.number, Differences: []ports.UserDifference{}}
	all := slices.Collect(maps.Keys(a.users))
	for user := range b.users {
		if a.users[user] == nil {
			all = append(all, user)
		}
	}
	slices.Sort(all)
	for _, user := range all {
		c.Add(ports.UserDifference{UserID: user, Live: a.users[user].digest(), Candidate: b.users[user].digest()})
	}
	return c
}
