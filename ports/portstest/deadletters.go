package portstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// DeadLettersAdapter is a new backend whose inbox consumer can be made to fail.
type DeadLettersAdapter struct {
	ports.DeadLetters
	// Park makes the inbox consumer fail at an event about a subject, for a reason, until the event is
	// parked.
	Park func(t *testing.T, subject, reason string)
	// Deliver has the consumer handle redriven letters or, with a reason, fail until they are parked again.
	// It returns once no delivery is waiting.
	Deliver func(t *testing.T, reason string)
}

// DeadLetters is the contract of [ports.DeadLetters].
func DeadLetters(t *testing.T, newAdapter func(*testing.T) DeadLettersAdapter) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, DeadLettersAdapter){
		"a letter says what and why":             letterSays,
		"filters that cannot be meant":           badFilters,
		"a redriven letter is delivered":         redriven,
		"a letter that fails again":              failsAgain,
		"racing redrives move each letter once":  racingRedrives,
		"what is not moved can be seen and held": notMoved,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newAdapter(t))
		})
	}
}

func (a DeadLettersAdapter) list(t *testing.T, f ports.DeadLetterFilter) []ports.DeadLetter {
	t.Helper()
	list, err := a.List(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return list.Letters
}

func (a DeadLettersAdapter) parked(t *testing.T, subject string) ports.DeadLetter {
	t.Helper()
	all := a.list(t, ports.DeadLetterFilter{Consumer: "inbox"})
	i := slices.IndexFunc(all, func(l ports.DeadLetter) bool { return l.Subject == subject })
	if i < 0 {
		t.Fatalf("nothing about %s is parked: %+v", subject, all)
	}
	return all[i]
}

func (a DeadLettersAdapter) redrive(t *testing.T, ids ...ports.DeadLetterID) []ports.DeadLetterID {
	t.Helper()
	held, err := a.Hold(t.Context(), ports.DeadLetterFilter{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := held.Redrive(t.Context(), ids...)
	if err := errors.Join(err, held.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	return moved
}

// outcome polls, because a backend may limit the rate of calls.
func (a DeadLettersAdapter) outcome(t *testing.T, id ports.DeadLetterID, until func(ports.RedriveOutcome) bool) ports.RedriveOutcome {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		seen, err := a.Outcomes(t.Context(), []ports.DeadLetterID{id})
		if err != nil {
			t.Fatal(err)
		}
		if o, ok := seen[id]; ok && until(o) {
			return o
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s has no such outcome: %+v", id, seen)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func letterSays(t *testing.T, a DeadLettersAdapter) {
	if all := a.list(t, ports.DeadLetterFilter{}); len(all) != 0 {
		t.Fatalf("in a new backend is parked %+v", all)
	}
	a.Park(t, "message-1", "no such user")
	a.Park(t, "message-2", "no such key")
	l := a.parked(t, "message-1")
	if l.Type != events.TypeMessageRead || l.EventID == "" || l.Attempts < 1 || !strings.Contains(l.Reason, "no such user") ||
		l.FirstFailedAt.IsZero() || l.ParkedAt.Before(l.FirstFailedAt) || !strings.HasPrefix(l.ID.Consumer, "inbox") {
		t.Errorf("got %+v", l)
	}
	if id, err := ports.ParseDeadLetterID(l.ID.String()); err != nil || id != l.ID {
		t.Errorf("%s became %v, %v", l.ID, id, err)
	}
	one := a.list(t, ports.DeadLetterFilter{IDs: []ports.DeadLetterID{l.ID}})
	if len(one) != 1 || one[0].ID != l.ID {
		t.Fatalf("got %+v", one)
	}
	d, err := events.DecodeDelivery(one[0].Event)
	if err != nil {
		t.Fatal(err)
	}
	if ev, err := d.Event(); err != nil || ev.Metadata.ID != l.EventID || ev.Metadata.Subject != "message-1" {
		t.Errorf("the event is %+v, %v", ev, err)
	}
	all := a.list(t, ports.DeadLetterFilter{})
	if !slices.IsSortedFunc(all, func(x, y ports.DeadLetter) int { return x.FirstFailedAt.Compare(y.FirstFailedAt) }) || len(all) != 2 {
		t.Errorf("got %+v", all)
	}
	if delivering, err := a.Delivering(); err != nil || !delivering {
		t.Errorf("delivering: %v, %v", delivering, err)
	}
}

func badFilters(t *testing.T, a DeadLettersAdapter) {
	a.Park(t, "message-1", "broken")
	id := a.parked(t, "message-1").ID
	if got := a.list(t, ports.DeadLetterFilter{Consumer: "notify"}); len(got) != 0 {
		t.Errorf("notify has %+v", got)
	}
	for name, c := range map[string]struct {
		filter ports.DeadLetterFilter
		want   error
	}{
		"an unknown consumer":                       {ports.DeadLetterFilter{Consumer: "nobody"}, ports.ErrNoConsumer},
		"an id of another consumer":                 {ports.DeadLetterFilter{Consumer: "notify", IDs: []ports.DeadLetterID{id}}, ports.ErrOtherConsumer},
		"an id of no consumer":                      {ports.DeadLetterFilter{IDs: []ports.DeadLetterID{{Consumer: "nobody", Delivery: "no id"}}}, ports.ErrDeadLetterID},
		"an id that is not parked":                  {ports.DeadLetterFilter{IDs: []ports.DeadLetterID{{Consumer: id.Consumer, Delivery: "99"}}}, nil},
		"an id with its own generation or consumer": {ports.DeadLetterFilter{Consumer: id.Consumer, IDs: []ports.DeadLetterID{id}}, nil},
	} {
		_, errList := a.List(t.Context(), c.filter)
		_, errWaits := a.Waits(t.Context(), c.filter)
		held, errHold := a.Hold(t.Context(), c.filter)
		if errHold == nil {
			errHold = held.Close(t.Context())
		}
		for call, err := range map[string]error{"List": errList, "Waits": errWaits, "Hold": errHold} {
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %s returns %v, want %v", name, call, err, c.want)
			}
		}
	}
}

func redriven(t *testing.T, a DeadLettersAdapter) {
	a.Park(t, "message-1", "broken")
	a.Park(t, "message-2", "broken")
	one, other := a.parked(t, "message-1").ID, a.parked(t, "message-2").ID
	if moved := a.redrive(t, one); !slices.Equal(moved, []ports.DeadLetterID{one}) {
		t.Fatalf("moved %v", moved)
	}
	if left := a.list(t, ports.DeadLetterFilter{}); len(left) != 1 || left[0].ID != other {
		t.Errorf("parked are %+v", left)
	}
	if moved := a.redrive(t, one); len(moved) != 0 {
		t.Errorf("moved again: %v", moved)
	}
	if o := a.outcome(t, one, func(ports.RedriveOutcome) bool { return true }); o.State != ports.OutcomeWaiting || o.Reason != "" {
		t.Errorf("before it is delivered: %+v", o)
	}
	a.Deliver(t, "")
	a.outcome(t, one, func(o ports.RedriveOutcome) bool { return o.State == ports.OutcomeDelivered && o.Reason == "" })
	if left := a.list(t, ports.DeadLetterFilter{}); len(left) != 1 || left[0].ID != other {
		t.Errorf("parked are %+v", left)
	}
}

func failsAgain(t *testing.T, a DeadLettersAdapter) {
	a.Park(t, "message-1", "broken")
	before := a.parked(t, "message-1")
	a.redrive(t, before.ID)
	a.Deliver(t, "broken in another way")
	o := a.outcome(t, before.ID, func(o ports.RedriveOutcome) bool { return o.State == ports.OutcomeParked })
	if !strings.Contains(o.Reason, "broken in another way") {
		t.Errorf("got %+v", o)
	}
	after := a.parked(t, "message-1")
	if after.ID != o.As || !strings.Contains(after.Reason, "broken in another way") || after.EventID != before.EventID {
		t.Errorf("parked again as %+v, outcome %+v", after, o)
	}
	// A redrive of everything omits letters that failed again, unless they are named.
	held, err := a.Hold(t.Context(), ports.DeadLetterFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if letters := held.List().Letters; len(letters) != 0 {
		t.Errorf("held %+v", letters)
	}
	if err := held.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if moved := a.redrive(t, after.ID); len(moved) != 1 {
		t.Errorf("by name %v was moved", moved)
	}
}

func racingRedrives(t *testing.T, a DeadLettersAdapter) {
	const letters = 4
	for i := range letters {
		a.Park(t, fmt.Sprintf("message-%d", i), "broken")
	}
	var all []ports.DeadLetterID
	for _, l := range a.list(t, ports.DeadLetterFilter{}) {
		all = append(all, l.ID)
	}
	var mu sync.Mutex
	var moved []string
	race := func(n int, work func() error) error {
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { errs[i] = work() })
		}
		wg.Wait()
		return errors.Join(errs...)
	}
	err := race(4, func() error {
		held, err := a.Hold(t.Context(), ports.DeadLetterFilter{IDs: all})
		if err != nil {
			return err
		}
		ids, err := held.Redrive(t.Context(), all...)
		mu.Lock()
		defer mu.Unlock()
		for _, id := range ids {
			moved = append(moved, id.String())
		}
		return errors.Join(err, held.Close(t.Context()))
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(moved)
	if len(moved) != letters || len(slices.Compact(moved)) != letters {
		t.Errorf("moved %v", moved)
	}
}

func notMoved(t *testing.T, a DeadLettersAdapter) {
	a.Park(t, "message-1", "broken")
	id := a.parked(t, "message-1").ID
	ctx, cancel := context.WithCancel(t.Context())
	held, err := a.Hold(ctx, ports.DeadLetterFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if !held.List().Has(id) {
		t.Errorf("held %+v", held.List())
	}
	if moved, err := held.Redrive(ctx, ports.DeadLetterID{Consumer: id.Consumer, Delivery: "98"}); err != nil || len(moved) != 0 {
		t.Errorf("of an id that is not held %v was moved, %v", moved, err)
	}
	cancel()
	if moved, err := held.Redrive(ctx, id); !errors.Is(err, context.Canceled) || len(moved) != 0 {
		t.Errorf("after the end of the context %v was moved, %v", moved, err)
	}
	if err := held.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if got := a.parked(t, "message-1"); got.ID != id {
		t.Errorf("parked is %+v", got)
	}
	if moved := a.redrive(t, id); len(moved) != 1 {
		t.Errorf("moved %v", moved)
	}
}
