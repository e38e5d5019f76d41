package rebuild

import (
	"context"
	"crypto/sha256"

	smithytime "github.com/aws/smithy-go/time"
	"golang.org/x/sync/errgroup"
)

// rereads is how many users are reread at once.
const rereads = 8

type itemDigests = map[[sha256.Size]byte][sha256.Size]byte

type suspect struct {
	user            string
	live, candidate itemDigests
	// before has the keys of the items that differed in the previous read, nil if there was none.
	before map[[sha256.Size]byte]bool
}

// recheck rereads the users who differ from both tables at almost the same time, until none of their items
// has differed twice in a row, or the time is over. It updates the tallies.
//
// A live event reaches one generation before the other. A moment later it is in both, while further events
// are on their way. So some item of a busy user always differs, but no single item differs twice in a row. A
// missing item differs every time.
func (r *Rebuilder) recheck(ctx context.Context, live, candidate *reader, a, b *tally) error {
	until := r.localNow().Add(r.waits.Recheck)
	var suspects []*suspect
	for _, user := range differing(a, b) {
		suspects = append(suspects, &suspect{user: user})
	}
	for len(suspects) > 0 {
		g, reading := errgroup.WithContext(ctx)
		g.SetLimit(rereads)
		for _, s := range suspects {
			g.Go(func() (err error) {
				if s.live, err = live.user(reading, s.user); err == nil {
					s.candidate, err = candidate.user(reading, s.user)
				}
				return err
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		last := !r.localNow().Before(until)
		var left []*suspect
		for _, s := range suspects {
			moving, cleared := s.judge()
			a.set(s.user, sumOf(s.live, moving))
			b.set(s.user, sumOf(s.candidate, moving))
			if !cleared {
				left = append(left, s)
			}
		}
		if suspects = left; len(suspects) == 0 || last {
			return nil
		}
		if err := smithytime.SleepWithContext(ctx, r.waits.RecheckEvery); err != nil {
			return err
		}
	}
	return nil
}

// judge clears a user if no item differs that also differed in the previous read. Items that differ only now
// are moving, and are ignored.
func (s *suspect) judge() (moving map[[sha256.Size]byte]bool, cleared bool) {
	now := map[[sha256.Size]byte]bool{}
	for key, digest := range s.live {
		if there, ok := s.candidate[key]; !ok || there != digest {
			now[key] = true
		}
	}
	for key := range s.candidate {
		if _, ok := s.live[key]; !ok {
			now[key] = true
		}
	}
	cleared = len(now) == 0 || s.before != nil
	for key := range now {
		cleared = cleared && !s.before[key]
	}
	s.before = now
	if !cleared {
		return nil, false
	}
	return now, true
}

// sumOf sums a user's items except some; nil if none are left.
func sumOf(items itemDigests, without map[[sha256.Size]byte]bool) *sum {
	var s *sum
	for key, digest := range items {
		if without[key] {
			continue
		}
		if s == nil {
			s = &sum{}
		}
		s.add(digest)
	}
	return s
}

func (t *tally) set(user string, s *sum) {
	if s == nil {
		delete(t.users, user)
		return
	}
	t.users[user] = s
}
