package portstest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/ports"
)

// NotificationLedger is the contract of [ports.NotificationLedger]. Time is what
// the suite says it is.
func NotificationLedger(t *testing.T, create func(*testing.T) ports.NotificationLedger) {
	shared := once(t, create)
	tests := map[string]func(*testing.T, ports.NotificationLedger){
		"a mail covers what was stored before":           ledgerCovers,
		"a claim keeps others out until it is settled":   ledgerClaimed,
		"a released claim can be claimed at once":        ledgerRelease,
		"a claim ends with its lease":                    ledgerLease,
		"a mail covers even if it was settled late":      ledgerLateSettle,
		"releasing what another took over does nothing":  ledgerLateRelease,
		"settling twice and releasing what is settled":   ledgerTwice,
		"an older mail settled later takes nothing back": ledgerOlderMail,
		"recipients do not share claims":                 ledgerApart,
		"one of racing claims is granted":                ledgerRace,
		"racing redeliveries of a burst send one mail":   ledgerBurst,
		"any course of events goes as the model says":    ledgerModel,
		"an ended context claims nothing":                ledgerEnded,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, shared())
		})
	}
}

const lease = 20 * time.Second

// at is a moment n seconds into the suite's time.
func at(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }

// claims asks in the name of one recipient, at whole seconds.
type claims struct {
	t      *testing.T
	ledger ports.NotificationLedger
	user   string
}

func newClaims(t *testing.T, ledger ports.NotificationLedger) claims {
	t.Helper()
	return claims{t, ledger, newID("user")}
}

func (c claims) claim(stored, now int) ports.NotificationClaim {
	c.t.Helper()
	claim, err := c.ledger.Claim(c.t.Context(), c.user, at(stored), at(now), lease)
	if err != nil {
		c.t.Fatalf("claiming at %d what was stored at %d: %v", now, stored, err)
	}
	if claim.RecipientID != c.user || !claim.At.Equal(at(now)) || claim.Token == "" {
		c.t.Fatalf("claim %+v at %d", claim, now)
	}
	return claim
}

func (c claims) refused(stored, now int, want error) {
	c.t.Helper()
	claim, err := c.ledger.Claim(c.t.Context(), c.user, at(stored), at(now), lease)
	if !errors.Is(err, want) || claim != (ports.NotificationClaim{}) {
		c.t.Errorf("claiming at %d what was stored at %d: %+v, %v, want %v", now, stored, claim, err, want)
	}
}

func (c claims) settle(claim ports.NotificationClaim) {
	c.t.Helper()
	if err := c.ledger.Settle(c.t.Context(), claim); err != nil {
		c.t.Fatal(err)
	}
}

func (c claims) release(claim ports.NotificationClaim) {
	c.t.Helper()
	if err := c.ledger.Release(c.t.Context(), claim); err != nil {
		c.t.Fatal(err)
	}
}

func ledgerCovers(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	c.settle(c.claim(1, 3))
	for stored := range 4 { // what was stored at the claim's own time is covered too
		c.refused(stored, 4, ports.ErrCovered)
	}
	second := c.claim(4, 5)
	c.refused(3, 6, ports.ErrCovered) // covered counts before claimed
	c.settle(second)
	c.refused(5, 6, ports.ErrCovered)
	c.claim(6, 6)
}

func ledgerClaimed(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	first := c.claim(1, 2)
	c.refused(1, 2, ports.ErrClaimed)
	c.refused(9, 10, ports.ErrClaimed)
	c.settle(first)
	c.claim(9, 10)
}

func ledgerRelease(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	c.release(c.claim(1, 2))
	c.release(c.claim(1, 2)) // nothing is covered: no mail was sent
	c.settle(c.claim(1, 2))
	c.refused(1, 3, ports.ErrCovered)
}

func ledgerLease(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	c.claim(1, 2)
	c.refused(1, 21, ports.ErrClaimed)
	second := c.claim(1, 22)
	c.refused(1, 23, ports.ErrClaimed) // the second has a lease of its own
	c.settle(second)
	c.refused(22, 24, ports.ErrCovered)
}

func ledgerLateSettle(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	slow := c.claim(1, 2)
	second := c.claim(5, 22)
	c.settle(slow) // its mail was sent after all
	c.refused(2, 23, ports.ErrCovered)
	c.refused(5, 23, ports.ErrClaimed) // the second's claim is still open
	c.settle(second)
	c.refused(22, 24, ports.ErrCovered)
}

func ledgerLateRelease(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	slow := c.claim(1, 2)
	second := c.claim(1, 22)
	c.release(slow)
	c.refused(1, 23, ports.ErrClaimed)
	c.release(second)
	c.claim(1, 24)
}

func ledgerTwice(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	claim := c.claim(1, 2)
	c.settle(claim)
	c.settle(claim)
	c.release(claim)
	c.release(claim)
	c.refused(2, 3, ports.ErrCovered)
	c.claim(3, 3)
}

func ledgerOlderMail(t *testing.T, ledger ports.NotificationLedger) {
	c := newClaims(t, ledger)
	slow := c.claim(1, 2)
	c.settle(c.claim(1, 30))
	c.settle(slow)
	c.refused(30, 31, ports.ErrCovered)
}

func ledgerApart(t *testing.T, ledger ports.NotificationLedger) {
	one, other := newClaims(t, ledger), newClaims(t, ledger)
	first := one.claim(1, 2)
	second := other.claim(1, 2)
	one.settle(first)
	other.refused(1, 3, ports.ErrClaimed)
	other.release(second)
	other.claim(1, 3)
}

func ledgerRace(t *testing.T, ledger ports.NotificationLedger) {
	for range 10 {
		user := newID("user")
		var granted atomic.Int32
		together(t, racers, func(ctx context.Context, _ int) error {
			_, err := ledger.Claim(ctx, user, at(1), at(2), lease)
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

// ledgerBurst has workers do what the notify consumer does, over and over, until
// each message is told of: one mail, however they race.
func ledgerBurst(t *testing.T, ledger ports.NotificationLedger) {
	user := newID("user")
	var mails atomic.Int32
	together(t, 4*racers, func(ctx context.Context, i int) error {
		for {
			claim, err := ledger.Claim(ctx, user, at(i%5), at(10), lease)
			switch {
			case errors.Is(err, ports.ErrCovered):
				return nil
			case errors.Is(err, ports.ErrClaimed):
				continue // the queue delivers it again
			case err != nil:
				return err
			}
			mails.Add(1)
			if err := ledger.Settle(ctx, claim); err != nil {
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
	if _, err := ledger.Claim(ended(t), c.user, at(1), at(2), lease); err == nil {
		t.Error("Claim succeeded after the context had ended")
	}
}

// ledgerState is the ledger as its comments describe it, for one recipient.
type ledgerState struct {
	covered time.Time
	token   string
	until   time.Time
}

func (s *ledgerState) refusal(stored, now time.Time) error {
	switch {
	case !stored.After(s.covered):
		return ports.ErrCovered
	case s.token != "" && now.Before(s.until):
		return ports.ErrClaimed
	}
	return nil
}

func (s *ledgerState) settle(claim ports.NotificationClaim) {
	if claim.At.After(s.covered) {
		s.covered = claim.At
	}
	s.release(claim)
}

func (s *ledgerState) release(claim ports.NotificationClaim) {
	if s.token == claim.Token {
		s.token = ""
	}
}

// ledgerModel draws courses of claims, settlements and releases, late ones and
// repeated ones among them, and compares every answer with the model's.
func ledgerModel(t *testing.T, ledger ports.NotificationLedger) {
	ctx := t.Context()
	rapid.Check(t, func(r *rapid.T) {
		user, now, model := newID("user"), 0, ledgerState{}
		var made []ports.NotificationClaim
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			now += rapid.IntRange(0, 15).Draw(r, "later")
			if len(made) > 0 && rapid.Bool().Draw(r, "end a claim") {
				claim := rapid.SampledFrom(made).Draw(r, "claim")
				end, note := ledger.Release, model.release
				if rapid.Bool().Draw(r, "settle") {
					end, note = ledger.Settle, model.settle
				}
				if err := end(ctx, claim); err != nil {
					r.Fatal(err)
				}
				note(claim)
				continue
			}
			stored := at(rapid.IntRange(0, now).Draw(r, "stored"))
			want := model.refusal(stored, at(now))
			claim, err := ledger.Claim(ctx, user, stored, at(now), lease)
			if !errors.Is(err, want) || (want == nil) != (err == nil) {
				r.Fatalf("claiming at %d what was stored at %s: %v, want %v", now, stored, err, want)
			}
			if err == nil {
				made = append(made, claim)
				model.token, model.until = claim.Token, at(now).Add(lease)
			}
		}
	})
}
