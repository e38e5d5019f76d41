package portstest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// UnreadAdapter writes and reads one unread projection.
type UnreadAdapter interface {
	ports.Projection
	ports.Unread
}

// Unread is the contract of ports.Projection for unread and of ports.Unread.
func Unread(t *testing.T, newAdapter func(t *testing.T) UnreadAdapter) {
	a := newAdapter(t)
	for name, test := range map[string]func(*testing.T, UnreadAdapter){
		"counting":                            unreadCounts,
		"listing from an id on":               unreadFrom,
		"counting to the ceiling":             unreadCeiling,
		"racing workers give the same count":  unreadRace,
		"one message for many recipients":     unreadRecipients,
		"a context that has ended":            unreadEndedContext,
		"reading while messages are arriving": unreadWhileCounting,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, a)
		})
	}
	t.Run("any order with any duplicates gives the same count", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) { unreadCommutes(rt, a) })
	})
}

// wantCount fails the test unless the recipient has that many unread messages.
func wantCount(t *testing.T, a ports.Unread, recipientID string, unread int, more bool) {
	t.Helper()
	got, err := a.Count(t.Context(), recipientID)
	if want := (ports.UnreadCount{Unread: unread, More: more}); err != nil || got != want {
		t.Errorf("Count = %+v, %v; want %+v", got, err, want)
	}
}

// storedFor returns a MessageStored in which only the recipient matters.
func storedFor(recipientID, messageID string) events.Event {
	m := newInboxMessage(recipientID, 1)
	m.ID = messageID
	return stored(m)
}

func unreadCounts(t *testing.T, a UnreadAdapter) {
	recipient, first, second := newID("recipient"), newULID(1), newULID(2)
	wantCount(t, a, recipient, 0, false)
	for _, step := range []struct {
		event func(recipientID, messageID string) events.Event
		id    string
		want  int
	}{
		{storedFor, first, 1}, {storedFor, first, 1}, {storedFor, second, 2}, {read, first, 1}, {read, first, 1},
		{storedFor, first, 1}, {read, second, 0}, {storedFor, second, 0},
		{read, newULID(3), 0}, // its MessageStored has not come yet
	} {
		mustProject(t, projection.Unread, a, step.event(recipient, step.id))
		wantCount(t, a, recipient, step.want, false)
	}
}

func unreadCeiling(t *testing.T, a UnreadAdapter) {
	recipient := newID("recipient")
	ids := make([]string, ports.UnreadCeiling+1)
	for i := range ids {
		ids[i] = newULID(i)
	}
	var evs []events.Event
	for _, id := range ids {
		evs = append(evs, storedFor(recipient, id))
	}
	for n, step := range []struct {
		evs  []events.Event
		want int
		more bool
	}{
		{evs[:ports.UnreadCeiling-1], ports.UnreadCeiling - 1, false},
		{evs[ports.UnreadCeiling-1 : ports.UnreadCeiling], ports.UnreadCeiling, false},
		{evs[ports.UnreadCeiling:], ports.UnreadCeiling, true},
		{[]events.Event{read(recipient, ids[500])}, ports.UnreadCeiling, false},
		{[]events.Event{read(recipient, ids[501])}, ports.UnreadCeiling - 1, false},
	} {
		t.Log("step", n)
		mustProject(t, projection.Unread, a, step.evs...)
		wantCount(t, a, recipient, step.want, step.more)
	}
}

// unreadEvents returns the events of messages of these kinds, and the expected size of the unread set.
func unreadEvents(recipientID string, kinds []string) (evs []events.Event, unread int) {
	for i, kind := range kinds {
		id := newULID(i)
		if kind != "read" {
			evs = append(evs, storedFor(recipientID, id))
		}
		if kind == "stored" {
			unread++
		} else {
			evs = append(evs, read(recipientID, id))
		}
	}
	return evs, unread
}

func unreadCommutes(rt *rapid.T, a UnreadAdapter) {
	recipient := newID("recipient")
	kinds := rapid.SliceOfN(rapid.SampledFrom([]string{"stored", "read", "stored and read"}), 0, 8).Draw(rt, "kinds")
	evs, want := unreadEvents(recipient, kinds)
	redeliver(rt, projection.Unread, a, evs)
	got, err := a.Count(rt.Context(), recipient)
	if err != nil || got != (ports.UnreadCount{Unread: want}) {
		rt.Fatalf("Count = %+v, %v; want %d", got, err, want)
	}
}

func unreadRace(t *testing.T, a UnreadAdapter) {
	recipient := newID("recipient")
	var kinds []string
	for range 5 {
		kinds = append(kinds, "stored", "read", "stored and read")
	}
	evs, want := unreadEvents(recipient, kinds)
	race(t, projection.Unread, a, evs)
	wantCount(t, a, recipient, want, false)
}

// unreadRecipients checks that recipients have separate sets, even if their ids are similar.
func unreadRecipients(t *testing.T, a UnreadAdapter) {
	base, message := newID("recipient"), newULID(1)
	recipients := []string{base, base + "x", base + "0", base + "/" + message}
	for _, r := range recipients {
		mustProject(t, projection.Unread, a, storedFor(r, message))
	}
	mustProject(t, projection.Unread, a, read(base, message))
	for i, r := range recipients {
		wantCount(t, a, r, min(i, 1), false)
	}
}

// unreadWhileCounting counts while writers work. Every count must be one that the set may have had.
func unreadWhileCounting(t *testing.T, a UnreadAdapter) {
	const messages = 40
	recipient := newID("recipient")
	together(t, 2*messages, func(ctx context.Context, i int) error {
		if i%2 == 0 {
			return project(ctx, projection.Unread, a, storedFor(recipient, fmt.Sprintf("message-%03d", i)))
		}
		got, err := a.Count(ctx, recipient)
		if err == nil && (got.Unread < 0 || got.Unread > messages || got.More) {
			return fmt.Errorf("counted %+v of at most %d", got, messages)
		}
		return err
	})
	wantCount(t, a, recipient, messages, false)
}

func unreadEndedContext(t *testing.T, a UnreadAdapter) {
	recipient, message, ctx := newID("recipient"), newULID(1), ended(t)
	_, count := a.Count(ctx, recipient)
	_, from := a.From(ctx, recipient, message, 1)
	for name, err := range map[string]error{
		"Apply": project(ctx, projection.Unread, a, storedFor(recipient, message)), "Count": count, "From": from,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v, want context.Canceled", name, err)
		}
	}
}
