package portstest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/ports"
)

// UnreadAdapter builds and reads one unread projection.
type UnreadAdapter interface {
	ports.UnreadProjection
	ports.Unread
}

// Unread is the contract of ports.UnreadProjection and ports.Unread.
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

// wantCount fails the test unless the recipient has so many unread messages.
func wantCount(t *testing.T, a ports.Unread, recipientID string, unread int, more bool) {
	t.Helper()
	got, err := a.Count(t.Context(), recipientID)
	if want := (ports.UnreadCount{Unread: unread, More: more}); err != nil || got != want {
		t.Errorf("Count = %+v, %v; want %+v", got, err, want)
	}
}

func unreadCounts(t *testing.T, a UnreadAdapter) {
	recipient, first, second := newID("recipient"), newULID(1), newULID(2)
	wantCount(t, a, recipient, 0, false)
	for _, step := range []struct {
		do   func(ctx context.Context, recipientID, messageID string) error
		id   string
		want int
	}{
		{a.Stored, first, 1}, {a.Stored, first, 1}, {a.Stored, second, 2}, {a.Read, first, 1}, {a.Read, first, 1},
		{a.Stored, first, 1}, {a.Read, second, 0}, {a.Stored, second, 0},
		{a.Read, newULID(3), 0}, // its MessageStored has yet to come
	} {
		if err := step.do(t.Context(), recipient, step.id); err != nil {
			t.Fatal(err)
		}
		wantCount(t, a, recipient, step.want, false)
	}
}

func unreadCeiling(t *testing.T, a UnreadAdapter) {
	recipient := newID("recipient")
	ids := make([]string, ports.UnreadCeiling+1)
	for i := range ids {
		ids[i] = newULID(i)
	}
	do := func(to func(context.Context, string, string) error, id string) {
		t.Helper()
		if err := to(t.Context(), recipient, id); err != nil {
			t.Fatal(err)
		}
	}
	together(t, ports.UnreadCeiling-1, func(ctx context.Context, i int) error { return a.Stored(ctx, recipient, ids[i]) })
	wantCount(t, a, recipient, ports.UnreadCeiling-1, false)
	do(a.Stored, ids[ports.UnreadCeiling-1])
	wantCount(t, a, recipient, ports.UnreadCeiling, false)
	do(a.Stored, ids[ports.UnreadCeiling])
	wantCount(t, a, recipient, ports.UnreadCeiling, true)
	do(a.Read, ids[500])
	wantCount(t, a, recipient, ports.UnreadCeiling, false)
	do(a.Read, ids[501])
	wantCount(t, a, recipient, ports.UnreadCeiling-1, false)
}

// unreadCalls makes the calls of an inbox's events, and the size of the set that
// they have to end in.
func unreadCalls(a ports.UnreadProjection, recipientID string, kinds []string) (calls []call, unread int) {
	for i, kind := range kinds {
		id := newULID(i)
		if kind != "read" {
			calls = append(calls, call{"stored " + id, func(ctx context.Context) error { return a.Stored(ctx, recipientID, id) }})
		}
		if kind == "stored" {
			unread++
		} else {
			calls = append(calls, call{"read " + id, func(ctx context.Context) error { return a.Read(ctx, recipientID, id) }})
		}
	}
	return calls, unread
}

func unreadCommutes(rt *rapid.T, a UnreadAdapter) {
	recipient := newID("recipient")
	kinds := rapid.SliceOfN(rapid.SampledFrom([]string{"stored", "read", "stored and read"}), 0, 8).Draw(rt, "kinds")
	calls, want := unreadCalls(a, recipient, kinds)
	if err := apply(rt.Context(), redelivered(rt, calls)); err != nil {
		rt.Fatal(err)
	}
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
	calls, want := unreadCalls(a, recipient, kinds)
	race(t, calls)
	wantCount(t, a, recipient, want, false)
}

// unreadRecipients checks that a recipient's set is their own, when the ids look
// alike too.
func unreadRecipients(t *testing.T, a UnreadAdapter) {
	base, message := newID("recipient"), newULID(1)
	recipients := []string{base, base + "x", base + "0", base + "/" + message}
	for _, r := range recipients {
		if err := a.Stored(t.Context(), r, message); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Read(t.Context(), base, message); err != nil {
		t.Fatal(err)
	}
	for i, r := range recipients {
		wantCount(t, a, r, min(i, 1), false)
	}
}

// unreadWhileCounting counts while writers work: a count in between is one that
// the set may have had.
func unreadWhileCounting(t *testing.T, a UnreadAdapter) {
	const messages = 40
	recipient := newID("recipient")
	together(t, 2*messages, func(ctx context.Context, i int) error {
		if i%2 == 0 {
			return a.Stored(ctx, recipient, fmt.Sprintf("message-%03d", i))
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
		"Stored": a.Stored(ctx, recipient, message), "Read": a.Read(ctx, recipient, message), "Count": count, "From": from,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v, want context.Canceled", name, err)
		}
	}
}
