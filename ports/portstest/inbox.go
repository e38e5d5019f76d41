package portstest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/ports"
)

// InboxAdapter builds and reads one inbox projection.
type InboxAdapter interface {
	ports.InboxProjection
	ports.Inbox
}

// Inbox is the contract of ports.InboxProjection and ports.Inbox.
func Inbox(t *testing.T, newAdapter func(t *testing.T) InboxAdapter) {
	a := newAdapter(t)
	for name, test := range map[string]func(*testing.T, InboxAdapter){
		"a stored message comes back as it was":      inboxRoundTrip,
		"a message that was read before it was sent": inboxReadFirst,
		"nobody else has the message":                inboxOthers,
		"racing workers give the same inbox":         inboxRace,
		"paging":                                     inboxPaging,
		"a cursor opens its own list only":           inboxCursors,
		"messages that come and go while paging":     inboxComeAndGo,
		"an empty inbox":                             inboxEmpty,
		"a context that has ended":                   inboxEndedContext,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, a)
		})
	}
	t.Run("any order with any duplicates gives the same inbox", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) { inboxCommutes(rt, a) })
	})
}

// newInboxMessage returns a message to the recipient; a greater n is a later one.
func newInboxMessage(recipientID string, n int) ports.InboxMessage {
	id := newULID(n)
	return ports.InboxMessage{
		ID: id, RecipientID: recipientID, SenderID: newID("sender"), ObjectKey: "messages/" + id,
		KeyID: newID("key"), WrappedKey: []byte("\x00wrapped\xff" + id), Algorithm: "AES-256-GCM",
		Size: int64(n), SentAt: start.Add(time.Duration(n) * time.Millisecond),
	}
}

// storeMessages projects messages to a new recipient, the odd ones read, and returns them
// newest first.
func storeMessages(t *testing.T, p ports.InboxProjection, recipientID string, n int) []ports.InboxMessage {
	t.Helper()
	messages := make([]ports.InboxMessage, n)
	for i := range messages {
		messages[i] = newInboxMessage(recipientID, n-i)
		messages[i].Read = i%2 == 1
	}
	together(t, n, func(ctx context.Context, i int) error {
		if err := p.Stored(ctx, messages[i]); err != nil || !messages[i].Read {
			return err
		}
		return p.Read(ctx, recipientID, messages[i].ID)
	})
	return messages
}

func unreadOf(messages []ports.InboxMessage) []ports.InboxMessage {
	return slices.DeleteFunc(slices.Clone(messages), func(m ports.InboxMessage) bool { return m.Read })
}

// inboxList is the list of one recipient and one filter.
func inboxList(b ports.Inbox, recipientID string, unreadOnly bool) lister[ports.InboxMessage] {
	return func(ctx context.Context, page ports.PageRequest) (ports.Page[ports.InboxMessage], error) {
		return b.List(ctx, recipientID, ports.InboxFilter{UnreadOnly: unreadOnly}, page)
	}
}

func inboxRoundTrip(t *testing.T, a InboxAdapter) {
	full := newInboxMessage(newID("recipient"), 1)
	full.SentAt = start.Add(123 * time.Millisecond)
	elsewhere := newInboxMessage(newID("recipient"), 2)
	elsewhere.SentAt = start.Add(999*time.Millisecond + 999*time.Microsecond).In(time.FixedZone("", 3600))
	large := newInboxMessage(newID("recipient"), 3)
	large.Size, large.WrappedKey = 4<<20, []byte(strings.Repeat("\x00\xffw", 2048)) // KMS's longest
	empty := newInboxMessage(newID("recipient"), 4)
	empty.Size = 0
	alreadyRead := newInboxMessage(newID("recipient"), 5)
	alreadyRead.Read = true // Stored ignores it
	for _, sent := range []ports.InboxMessage{full, elsewhere, large, empty, alreadyRead} {
		if err := a.Stored(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
		want := sent
		want.Read, want.SentAt = false, sent.SentAt.UTC().Truncate(time.Millisecond)
		for range 2 { // unread, then read
			got, err := a.Get(t.Context(), want.RecipientID, want.ID)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("Get: error %v, (-want +got):\n%s", err, diff)
			}
			if got.SentAt.Location() != time.UTC {
				t.Errorf("SentAt is in %v", got.SentAt.Location())
			}
			if diff := cmp.Diff([]ports.InboxMessage{want}, walk(t, inboxList(a, want.RecipientID, false), 10, nil)); diff != "" {
				t.Fatalf("List (-want +got):\n%s", diff)
			}
			if err := a.Read(t.Context(), want.RecipientID, want.ID); err != nil {
				t.Fatal(err)
			}
			want.Read = true
		}
	}
}

func inboxReadFirst(t *testing.T, a InboxAdapter) {
	m := newInboxMessage(newID("recipient"), 1)
	if err := a.Read(t.Context(), m.RecipientID, m.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Get(t.Context(), m.RecipientID, m.ID); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("Get = %v, %v; want ErrNotFound", got, err)
	}
	for _, unreadOnly := range []bool{false, true} {
		if got := walk(t, inboxList(a, m.RecipientID, unreadOnly), 10, nil); len(got) != 0 {
			t.Errorf("unread only %v: listed %v", unreadOnly, got)
		}
	}
	if err := a.Stored(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	m.Read = true
	if got, err := a.Get(t.Context(), m.RecipientID, m.ID); err != nil || !cmp.Equal(m, got) {
		t.Errorf("Get = %v, %v", got, err)
	}
	if got := walk(t, inboxList(a, m.RecipientID, true), 10, nil); len(got) != 0 {
		t.Errorf("listed as unread: %v", got)
	}
}

func inboxOthers(t *testing.T, a InboxAdapter) {
	m := newInboxMessage(newID("recipient"), 1)
	if err := a.Stored(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, who := range []struct{ recipientID, messageID string }{
		{newID("other"), m.ID}, {m.SenderID, m.ID}, {m.RecipientID, newULID(2)},
		{m.RecipientID + "x", m.ID}, {m.RecipientID, m.ID[:25]}, {m.RecipientID, strings.ToLower(m.ID)}, {"' OR ''='", m.ID},
	} {
		got, err := a.Get(t.Context(), who.recipientID, who.messageID)
		if !errors.Is(err, ports.ErrNotFound) || !cmp.Equal(got, ports.InboxMessage{}) {
			t.Errorf("Get(%s, %s) = %v, %v; want ErrNotFound", who.recipientID, who.messageID, got, err)
		}
	}
	// Somebody who marks another's message as read marks nothing.
	other := newID("other")
	if err := a.Read(t.Context(), other, m.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Get(t.Context(), m.RecipientID, m.ID); err != nil || got.Read {
		t.Errorf("after another's Read: %v, %v", got, err)
	}
	if got := walk(t, inboxList(a, other, false), 10, nil); len(got) != 0 {
		t.Errorf("the other's inbox has %v", got)
	}
}

// drawMessages draws what happened in one inbox: of each message that it was
// stored, that it was read, or both; newest first.
func drawMessages(t *rapid.T, recipientID string) (messages []ports.InboxMessage, kinds []string) {
	for i := rapid.IntRange(0, 6).Draw(t, "messages"); i > 0; i-- {
		messages = append(messages, newInboxMessage(recipientID, i))
		kinds = append(kinds, rapid.SampledFrom([]string{"stored", "read", "stored and read"}).Draw(t, "kind"))
	}
	return messages, kinds
}

func messageCalls(p ports.InboxProjection, messages []ports.InboxMessage, kinds []string) (calls []call) {
	for i, m := range messages {
		if kinds[i] != "read" {
			calls = append(calls, call{"stored " + m.ID, func(ctx context.Context) error { return p.Stored(ctx, m) }})
		}
		if kinds[i] != "stored" {
			calls = append(calls, call{"read " + m.ID, func(ctx context.Context) error { return p.Read(ctx, m.RecipientID, m.ID) }})
		}
	}
	return calls
}

// foldInbox is what the projection has to show: what was stored, read or not.
func foldInbox(messages []ports.InboxMessage, kinds []string) (visible []ports.InboxMessage) {
	for i, m := range messages {
		if kinds[i] != "read" {
			m.Read = kinds[i] == "stored and read"
			visible = append(visible, m)
		}
	}
	return visible
}

// wantInbox compares an inbox, all ways to look at it, with what the events say.
func wantInbox(ctx context.Context, b ports.Inbox, recipientID string, want []ports.InboxMessage) error {
	for _, unreadOnly := range []bool{false, true} {
		if unreadOnly {
			want = unreadOf(want)
		}
		page, err := b.List(ctx, recipientID, ports.InboxFilter{UnreadOnly: unreadOnly}, ports.PageRequest{Limit: ports.MaxPageLimit})
		if diff := cmp.Diff(want, page.Items, cmpopts.EquateEmpty()); err != nil || diff != "" {
			return fmt.Errorf("unread only %v: error %w, (-want +got):\n%s", unreadOnly, err, diff)
		}
	}
	for _, m := range want {
		if got, err := b.Get(ctx, recipientID, m.ID); err != nil || !cmp.Equal(m, got) {
			return fmt.Errorf("got %v, %w; want %v", got, err, m)
		}
	}
	return nil
}

func inboxCommutes(rt *rapid.T, a InboxAdapter) {
	recipient := newID("recipient")
	messages, kinds := drawMessages(rt, recipient)
	if err := apply(rt.Context(), redelivered(rt, messageCalls(a, messages, kinds))); err != nil {
		rt.Fatal(err)
	}
	if err := wantInbox(rt.Context(), a, recipient, foldInbox(messages, kinds)); err != nil {
		rt.Fatal(err)
	}
}

func inboxRace(t *testing.T, a InboxAdapter) {
	recipient := newID("recipient")
	var messages []ports.InboxMessage
	var kinds []string
	for i := 12; i > 0; i-- {
		messages = append(messages, newInboxMessage(recipient, i))
		kinds = append(kinds, []string{"stored", "read", "stored and read"}[i%3])
	}
	race(t, messageCalls(a, messages, kinds))
	if err := wantInbox(t.Context(), a, recipient, foldInbox(messages, kinds)); err != nil {
		t.Error(err)
	}
}

func inboxEmpty(t *testing.T, a InboxAdapter) {
	for _, unreadOnly := range []bool{false, true} {
		if got := walk(t, inboxList(a, newID("recipient"), unreadOnly), ports.DefaultPageLimit, nil); len(got) != 0 {
			t.Errorf("messages from nowhere: %v", got)
		}
	}
}

func inboxEndedContext(t *testing.T, a InboxAdapter) {
	m, ctx := newInboxMessage(newID("recipient"), 1), ended(t)
	_, get := a.Get(ctx, m.RecipientID, m.ID)
	_, list := a.List(ctx, m.RecipientID, ports.InboxFilter{}, ports.PageRequest{Limit: 1})
	for name, err := range map[string]error{
		"Stored": a.Stored(ctx, m), "Read": a.Read(ctx, m.RecipientID, m.ID), "Get": get, "List": list,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v, want context.Canceled", name, err)
		}
	}
}
