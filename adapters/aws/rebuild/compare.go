package rebuild

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/internal/rebuilding"
)

// compare compares a generation with the live one, tells the comparison, records it,
// and reports whether they are the same.
//
// There is no moment of which both tables could be read: each takes live events by
// itself, a little earlier or later. So users who differ are looked at again, item by
// item (lookagain.go).
func (r *Rebuilder) compare(ctx context.Context, t target, tell func(Report)) (same bool, err error) {
	live, err := r.newReader(ctx, t.liveKey())
	if err != nil {
		return false, err
	}
	other, err := r.newReader(ctx, t.key())
	if err != nil {
		return false, err
	}
	a, b, err := r.scanBoth(ctx, t, live, other, tell)
	if err != nil {
		return false, err
	}
	if err := r.lookAgain(ctx, live, other, a, b); err != nil {
		return false, err
	}
	c := merge(t, a, b)
	tell(Report{Comparison: &c})
	return c.Differing == 0, r.record(ctx, t, "compared", c.Detail())
}

func (r *Rebuilder) scanBoth(ctx context.Context, t target, live, other *reader, tell func(Report)) (a, b *tally, err error) {
	var items atomic.Int64
	read := func(n int) { items.Add(int64(n)) }
	began := r.localNow()
	g, scanning := errgroup.WithContext(ctx)
	g.Go(func() (err error) { a, err = live.scan(scanning, read); return err })
	g.Go(func() (err error) { b, err = other.scan(scanning, read); return err })
	ended := make(chan error, 1)
	go func() { ended <- g.Wait() }()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case err := <-ended:
			return a, b, err
		case <-ticker.C:
			p := &Progress{Phase: Comparing, Projections: []string{t.projection}, Done: items.Load(), SecondsLeft: -1}
			p.Rate = float64(p.Done) / r.localNow().Sub(began).Seconds()
			tell(Report{Progress: p})
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

// merge makes the comparison of two tallies, its users in order.
func merge(t target, a, b *tally) rebuilding.Comparison {
	c := rebuilding.Comparison{Projection: t.projection, Live: t.live, Other: t.number, Differences: []rebuilding.Difference{}}
	all := slices.Collect(maps.Keys(a.users))
	for user := range b.users {
		if a.users[user] == nil {
			all = append(all, user)
		}
	}
	slices.Sort(all)
	for _, user := range all {
		c.Add(rebuilding.Difference{UserID: user, Live: a.users[user].digest(), Other: b.users[user].digest()})
	}
	return c
}
