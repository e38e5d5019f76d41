package portstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/ports"
)

// NotificationLedger is the contract of [ports.NotificationLedger]. The suite sets the time.
func NotificationLedger(t *testing.T, create func(*testing.T) ports.NotificationLedger) {
	shared := once(t, create)
	tests := map[string]func(*testing.T, ports.NotificationLedger){
		"a mail covers what it counted and nothing else":   ledgerCovers,
		"a claim keeps others out until it is completed":   ledgerClaimed,
		"a released claim can be claimed at once":          ledgerRelease,
		"a claim ends with its lease":                      ledgerLease,
		"a claim ends when the clock goes back":            ledgerClockBack,
		"a mail covers even if it was completed late":      ledgerLateComplete,
		"releasing what another took over does nothing":    ledgerLateRelease,
		"completing twice and releasing what is completed": ledgerTwice,
		"recipients do not share claims":                   ledgerApart,
		"a large burst is remembered":                      ledgerLarge,
		"one of racing claims is granted":                  ledgerRace,
		"racing redeliveries of a burst send one mail":     ledgerBurst,
		"any course of events goes as the model says":      ledgerModel,
		"an ended context claims nothing":                  ledgerEnded,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, shared())
		})
	}
}

const lease = 20 * time.Second

// at returns the moment n seconds after start.
func at(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }

// claims makes claims for one recipient, at whole seconds.
type claims struct {
	t      *testing.T
	ledger ports.NotificationLedger
	user   string
}

func newClaims(t *testing.T, ledger ports.NotificationLedger) claims {
	t.Helper()
	return claims{t, ledger, newID("user")}
}

// claim claims messages, each named by a letter, and expects all of them to be granted.
func (c claims) claim(now int, messages string) ports.NotificationClaim {
	c.t.Helper()
	return c.claimSome(now, messages, messages)
}

// claimSome claims messages and expects only those in want to be granted.
func (c claims) claimSome(now int, messages, want string) ports.NotificationClaim {
	c.t.Helper()
	claim, err := c.ledger.Claim(c.t.Context(), c.user, letters(messages), at(now), lease)
	if err != nil {
		c.t.Fatalf("claiming %s at %d: %v", messages, now, err)
	}
	if claim.RecipientID != c.user || !slices.Equal(claim.MessageIDs, letters(want)) || claim.Token == "" {
		c.t.Fatalf("claim %+v at %d, want %s", claim, now, want)
	}
	return claim
}

func (c claims) refused(now int, messages string, want error) {
	c.t.Helper()
	claim, err := c.ledger.Claim(c.t.Context(), c.user, letters(messages), at(now), lease)
	if !errors.Is(err, want) || claim.Token != "" {
		c.t.Errorf("claiming %s at %d: %+v, %v, want %v", messages, now, claim, err, want)
	}
}

func (c claims) complete(claim ports.NotificationClaim, counted string) {
	c.t.Helper()
	if err := c.ledger.Complete(c.t.Context(), claim, letters(counted)); err != nil {
		c.t.Fatal(err)
	}
}

func (c claims) release(claim ports.NotificationClaim) {
	c.t.Helper()
	if err := c.ledger.Release(c.t.Context(), claim); err != nil {
		c.t.Fatal(err)
	}
}

func letters(of string) (ids []string) {
	for _, id := range of {
		ids = append(ids, string(id))
	}
	return ids
}

func ledgerCovers(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	c.complete(c.claim(3, "bd"), "bdf") // f was also unread
	for _, counted := range []string{"b", "d", "f", "bdf"} {
		c.refused(4, counted, ports.ErrCovered)
	}
	second := c.claimSome(4, "abcd", "ac") // neither older nor newer than the counted ones
	c.refused(5, "fd", ports.ErrCovered)   // ErrCovered takes precedence over ErrClaimed
	c.complete(second, "a")                // c was read
	c.refused(5, "abdf", ports.ErrCovered)
	c.claim(6, "c")
}

func ledgerClaimed(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	first := c.claim(2, "a")
	c.refused(2, "a", ports.ErrClaimed)
	c.refused(10, "b", ports.ErrClaimed)
	c.complete(first, "a")
	c.claim(10, "b")
}

func ledgerRelease(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	c.release(c.claim(2, "a"))
	c.release(c.claim(2, "a")) // no mail was sent, so nothing is covered
	c.complete(c.claim(2, "a"), "a")
	c.refused(3, "a", ports.ErrCovered)
}

func ledgerLease(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	c.claim(2, "a")
	c.refused(21, "a", ports.ErrClaimed)
	second := c.claim(22, "a")
	c.refused(23, "a", ports.ErrClaimed) // the second claim has its own lease
	c.complete(second, "a")
	c.refused(24, "a", ports.ErrCovered)
}

func ledgerClockBack(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	slow := c.claim(100, "a")
	c.refused(81, "a", ports.ErrClaimed) // clocks of two machines may differ
	second := c.claim(80, "a")
	c.complete(second, "a")
	c.complete(slow, "ab")
	for _, now := range []int{-100_000, 0, 80, 100, 100_000} {
		c.refused(now, "ab", ports.ErrCovered)
	}
	c.claim(-100_000, "c")
}

func ledgerLateComplete(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	slow := c.claim(2, "a")
	second := c.claim(22, "ab")
	c.complete(slow, "a") // its mail was sent after all
	c.refused(23, "a", ports.ErrCovered)
	c.refused(23, "b", ports.ErrClaimed) // the second claim is still open
	c.complete(second, "b")
	c.refused(24, "ab", ports.ErrCovered)
}

func ledgerLateRelease(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	slow := c.claim(2, "a")
	second := c.claim(22, "a")
	c.release(slow)
	c.refused(23, "a", ports.ErrClaimed)
	c.release(second)
	c.claim(24, "a")
}

func ledgerTwice(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	claim := c.claim(2, "a")
	c.complete(claim, "a")
	c.complete(claim, "a")
	c.release(claim)
	c.release(claim)
	c.refused(3, "a", ports.ErrCovered)
	c.claim(3, "b")
}

func ledgerApart(t *testing.T, ledger ports.NotificationLedger) {
	one, other := newClaims(t, ledger), newClaims(t, ledger)
	first := one.claim(2, "a")
	second := other.claim(2, "a")
	one.complete(first, "a")
	other.refused(3, "a", ports.ErrClaimed)
	other.release(second)
	other.claim(3, "a")
}

// ledgerLarge covers as many messages as a mail can count, and a hundred mails afterwards.
func ledgerLarge(t *testing.T, ledger ports.NotificationLedger) {
	user := newID("user")
	ids := make([]string, ports.UnreadCeiling+100)
	for i := range ids {
		ids[i] = fmt.Sprintf("message-%04d", i)
	}
	claim := func(id string) ports.NotificationClaim {
		t.Helper()
		claim, err := ledger.Claim(t.Context(), user, []string{id}, at(1), lease)
		if err != nil {
			t.Fatalf("claiming %s: %v", id, err)
		}
		return claim
	}
	if err := ledger.Complete(t.Context(), claim(ids[0]), ids[:ports.UnreadCeiling]); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < ports.UnreadCeiling; i += 100 {
		if _, err := ledger.Claim(t.Context(), user, ids[i:i+100], at(2), lease); !errors.Is(err, ports.ErrCovered) {
			t.Fatalf("claiming what the mail counted: %v", err)
		}
	}
	for _, id := range ids[ports.UnreadCeiling:] {
		if err := ledger.Complete(t.Context(), claim(id), []string{id}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ledger.Claim(t.Context(), user, ids[len(ids)-10:], at(2), lease); !errors.Is(err, ports.ErrCovered) {
		t.Errorf("claiming what the last mails counted: %v", err)
	}
}

func ledgerRace(t *testing.T, ledger ports.NotificationLedger) {
	for range 10 {
		user := newID("user")
		var granted atomic.Int32
		together(t, racers, func(ctx context.Context, _ int) error {
			_, err := ledger.Claim(ctx, user, []string{"a"}, at(2), lease)
			if err == nil {
				granted.Add(1)
			} else if !errors.Is(err, ports.ErrClaimed) {
				return err
			}
			return nil
		})
		if n := granted.Load(); n != 1 {
			t.Errorf("%d of %d racing claims were granted", n, racers)
		}
	}
}

// ledgerBurst has workers repeat what the notify consumer does until every message is counted, each by
// exactly one mail.
func ledgerBurst(t *testing.T, ledger ports.NotificationLedger) {
	const burst = "abcde"
	user := newID("user")
	var mails atomic.Int32
	together(t, 4*racers, func(ctx context.Context, i int) error {
		for {
			claim, err := ledger.Claim(ctx, user, letters(burst)[i%5:][:1], at(10), lease)
			switch {
			case errors.Is(err, ports.ErrCovered):
				return nil
			case errors.Is(err, ports.ErrClaimed):
				continue // the queue redelivers
			case err != nil:
				return err
			}
			mails.Add(1)
			if err := ledger.Complete(ctx, claim, letters(burst)); err != nil {
				return err
			}
		}
	})
	if n := mails.Load(); n != 1 {
		t.Errorf("%d mails were sent for one burst", n)
	}
}

func ledgerEnded(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	if _, err := ledger.Claim(ended(t), c.user, []string{"a"}, at(2), lease); err == nil {
		t.Error("Claim succeeded after the context had ended")
	}
}

// ledgerState is a model of the ledger for one recipient.
type ledgerState struct {
	counted map[string]bool
	token   string
	at      time.Time
}

// claim returns the granted ids, or the error.
func (s *ledgerState) claim(ids []string, now time.Time) ([]string, error) {
	left := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return s.counted[id] })
	switch {
	case len(left) == 0:
		return nil, ports.ErrCovered
	case s.token != "" && now.Sub(s.at).Abs() < lease:
		return nil, ports.ErrClaimed
	}
	return left, nil
}

func (s *ledgerState) end(claim ports.NotificationClaim) {
	if s.token == claim.Token {
		s.token = ""
	}
}

// ledgerModel draws sequences of claims, completions and releases, some late or repeated, under a clock that
// also goes back, and compares every answer with the model's.
func ledgerModel(t *testing.T, ledger ports.NotificationLedger) {
	ctx := t.Context()
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(letters("abcdefgh")), 1, 4, rapid.ID[string])
	rapid.Check(t, func(r *rapid.T) {
		user, now, model := newID("user"), 0, ledgerState{counted: map[string]bool{}}
		var made []ports.NotificationClaim
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			now += rapid.IntRange(-25, 25).Draw(r, "later")
			ids := some.Draw(r, "messages")
			if len(made) > 0 && rapid.Bool().Draw(r, "end a claim") {
				claim := rapid.SampledFrom(made).Draw(r, "claim")
				end := ledger.Release
				if rapid.Bool().Draw(r, "complete") {
					end = func(ctx context.Context, c ports.NotificationClaim) error { return ledger.Complete(ctx, c, ids) }
					for _, id := range ids {
						model.counted[id] = true
					}
				}
				if err := end(ctx, claim); err != nil {
					r.Fatal(err)
				}
				model.end(claim)
				continue
			}
			want, refusal := model.claim(ids, at(now))
			claim, err := ledger.Claim(ctx, user, ids, at(now), lease)
			if !errors.Is(err, refusal) || (refusal == nil) != (err == nil) || !slices.Equal(claim.MessageIDs, want) {
				r.Fatalf("claiming %v at %d: %v, %v, want %v, %v", ids, now, claim.MessageIDs, err, want, refusal)
			}
			if err == nil {
				made = append(made, claim)
				model.token, model.at = claim.Token, at(now)
			}
		}
	})
}
