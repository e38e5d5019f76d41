package rebuild

import (
	"context"
	"crypto/sha256"

	smithytime "github.com/aws/smithy-go/time"
	"golang.org/x/sync/errgroup"
)

// rereads is how many users are read again side by side.
const rereads = 8

type itemDigests = map[[sha256.Size]byte][sha256.Size]byte

// suspect is a user who differed at the last look.
type suspect struct {
	user string
	live itemDigests
	// other are the items of the new generation.
	other itemDigests
	// before are the keys of the items that differed at the look before, nil if there
	// was none.
	before map[[sha256.Size]byte]bool
}

// lookAgain reads the users who differ again, from both tables at almost the same time,
// until no item of theirs has differed twice in a row, or patience ends; and it puts what
// it found into the tallies.
//
// An event that is under way has reached one generation and not the other. At the next
// look it is in both, and others are under way: whoever gets messages all the time is
// never alike in both, but every item is, some time after it was written. What is missing
// differs at every look.
func (r *Rebuilder) lookAgain(ctx context.Context, live, other *reader, a, b *tally) error {
	until := r.localNow().Add(r.waits.Patience)
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
					s.other, err = other.user(reading, s.user)
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
			underWay, cleared := s.judge()
			a.set(s.user, sumOf(s.live, underWay))
			b.set(s.user, sumOf(s.other, underWay))
			if !cleared {
				left = append(left, s)
			}
		}
		if suspects = left; len(suspects) == 0 || last {
			return nil
		}
		if err := smithytime.SleepWithContext(ctx, r.waits.Again); err != nil {
			return err
		}
	}
	return nil
}

// judge clears a user none of whose items differs that differed at the look before.
// Those that differ are then under way, and left out of account.
func (s *suspect) judge() (underWay map[[sha256.Size]byte]bool, cleared bool) {
	now := map[[sha256.Size]byte]bool{}
	for key, digest := range s.live {
		if there, ok := s.other[key]; !ok || there != digest {
			now[key] = true
		}
	}
	for key := range s.other {
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

// sumOf sums up a user's items without some; it is nil for none.
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
