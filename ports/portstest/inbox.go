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

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// InboxAdapter writes and reads one inbox projection.
type InboxAdapter interface {
	ports.Projection
	ports.Inbox
}

// Inbox is the contract of ports.Projection for the inbox and of ports.Inbox.
func Inbox(t *testing.T, newAdapter func(t *testing.T) InboxAdapter) {
	a := newAdapter(t)
	for name, test := range map[string]func(*testing.T, InboxAdapter){
		"a stored message comes back as it was":      inboxRoundTrip,
		"a message that was read before it was sent": inboxReadFirst,
		"of contradicting events the earlier stays":  inboxContradicted,
		"only the recipient has the message":         inboxOthers,
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

// newInboxMessage returns a message to the recipient. A greater n is later.
func newInboxMessage(recipientID string, n int) ports.InboxMessage {
	id := newULID(n)
	return ports.InboxMessage{
		ID: id, RecipientID: recipientID, SenderID: newID("sender"), ObjectKey: "messages/" + id,
		KeyID: newID("key"), WrappedKey: []byte("\x00wrapped\xff" + id), Algorithm: "AES-256-GCM",
		Size: int64(n), SentAt: start.Add(time.Duration(n) * time.Millisecond),
	}
}

// stored and read return the events of a message, with times of its precision.
func stored(m ports.InboxMessage) events.Event {
	ev := events.New(start, events.MessageStored{
		MessageID: m.ID, SenderID: m.SenderID, RecipientID: m.RecipientID, ObjectKey: m.ObjectKey, KeyID: m.KeyID,
		WrappedKey: m.WrappedKey, Algorithm: m.Algorithm, Size: m.Size,
	}, events.WithID(m.ID))
	ev.Metadata.Time = m.SentAt
	return ev
}

func read(recipientID, messageID string) events.Event {
	return events.New(start, events.MessageRead{MessageID: messageID, RecipientID: recipientID})
}

// storeMessages projects messages to a new recipient, the odd-numbered ones read, and returns them newest
// first.
func storeMessages(t *testing.T, p ports.Projection, recipientID string, n int) []ports.InboxMessage {
	t.Helper()
	messages := make([]ports.InboxMessage, n)
	for i := range messages {
		messages[i] = newInboxMessage(recipientID, n-i)
		messages[i].Read = i%2 == 1
	}
	var evs []events.Event
	for _, m := range messages {
		evs = append(evs, stored(m))
		if m.Read {
			evs = append(evs, read(recipientID, m.ID))
		}
	}
	mustProject(t, projection.Inbox, p, evs...)
	return messages
}

func unreadOf(messages []ports.InboxMessage) []ports.InboxMessage {
	return slices.DeleteFunc(slices.Clone(messages), func(m ports.InboxMessage) bool { return m.Read })
}

// inboxList lists the inbox of one recipient with one filter.
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
	large.Size, large.WrappedKey = 4<<20, []byte(strings.Repeat("\x00\xffw", 2048)) // the longest of KMS
	empty := newInboxMessage(newID("recipient"), 4)
	empty.Size = 0
	for _, sent := range []ports.InboxMessage{full, elsewhere, large, empty} {
		mustProject(t, projection.Inbox, a, stored(sent))
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
			mustProject(t, projection.Inbox, a, read(want.RecipientID, want.ID))
			want.Read = true
		}
	}
}

func inboxReadFirst(t *testing.T, a InboxAdapter) {
	m := newInboxMessage(newID("recipient"), 1)
	mustProject(t, projection.Inbox, a, read(m.RecipientID, m.ID))
	if got, err := a.Get(t.Context(), m.RecipientID, m.ID); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("Get = %v, %v; want ErrNotFound", got, err)
	}
	for _, unreadOnly := range []bool{false, true} {
		if got := walk(t, inboxList(a, m.RecipientID, unreadOnly), 10, nil); len(got) != 0 {
			t.Errorf("unread only %v: listed %v", unreadOnly, got)
		}
	}
	mustProject(t, projection.Inbox, a, stored(m))
	m.Read = true
	if got, err := a.Get(t.Context(), m.RecipientID, m.ID); err != nil || !cmp.Equal(m, got) {
		t.Errorf("Get = %v, %v", got, err)
	}
	if got := walk(t, inboxList(a, m.RecipientID, true), 10, nil); len(got) != 0 {
		t.Errorf("listed as unread: %v", got)
	}
}

// inboxContradicted has two events contradict each other about one message, in one batch and in two.
func inboxContradicted(t *testing.T, a InboxAdapter) {
	for _, batches := range [][][]int{{{0, 1}}, {{1, 0}}, {{0}, {1}}, {{1}, {0}}} {
		first := newInboxMessage(newID("recipient"), 1)
		second := newInboxMessage(first.RecipientID, 2)
		second.ID = first.ID
		evs := []events.Event{stored(first), stored(second)}
		evs[1].Metadata.ID = newULID(2)
		for _, batch := range batches {
			var together []events.Event
			for _, i := range batch {
				together = append(together, evs[i])
			}
			mustProject(t, projection.Inbox, a, together...)
		}
		got, err := a.Get(t.Context(), first.RecipientID, first.ID)
		if diff := cmp.Diff(first, got); err != nil || diff != "" {
			t.Errorf("%v: error %v, (-want +got):\n%s", batches, err, diff)
		}
	}
}

func inboxOthers(t *testing.T, a InboxAdapter) {
	m := newInboxMessage(newID("recipient"), 1)
	mustProject(t, projection.Inbox, a, stored(m))
	for _, who := range []struct{ recipientID, messageID string }{
		{newID("other"), m.ID}, {m.SenderID, m.ID}, {m.RecipientID, newULID(2)},
		{m.RecipientID + "x", m.ID}, {m.RecipientID, m.ID[:25]}, {m.RecipientID, strings.ToLower(m.ID)}, {"' OR ''='", m.ID},
	} {
		got, err := a.Get(t.Context(), who.recipientID, who.messageID)
		if !errors.Is(err, ports.ErrNotFound) || !cmp.Equal(got, ports.InboxMessage{}) {
			t.Errorf("Get(%s, %s) = %v, %v; want ErrNotFound", who.recipientID, who.messageID, got, err)
		}
	}
	// A user who marks another user's message as read changes nothing.
	other := newID("other")
	mustProject(t, projection.Inbox, a, read(other, m.ID))
	if got, err := a.Get(t.Context(), m.RecipientID, m.ID); err != nil || got.Read {
		t.Errorf("after another's Read: %v, %v", got, err)
	}
	if got := walk(t, inboxList(a, other, false), 10, nil); len(got) != 0 {
		t.Errorf("the other's inbox has %v", got)
	}
}

// drawMessages draws the messages of one inbox, newest first: each is stored, read, or both.
func drawMessages(t *rapid.T, recipientID string) (messages []ports.InboxMessage, kinds []string) {
	for i := rapid.IntRange(0, 6).Draw(t, "messages"); i > 0; i-- {
		messages = append(messages, newInboxMessage(recipientID, i))
		kinds = append(kinds, rapid.SampledFrom([]string{"stored", "read", "stored and read"}).Draw(t, "kind"))
	}
	return messages, kinds
}

func messageEvents(messages []ports.InboxMessage, kinds []string) (evs []events.Event) {
	for i, m := range messages {
		if kinds[i] != "read" {
			evs = append(evs, stored(m))
		}
		if kinds[i] != "stored" {
			evs = append(evs, read(m.RecipientID, m.ID))
		}
	}
	return evs
}

// foldInbox returns the expected inbox: the stored messages, read or not.
func foldInbox(messages []ports.InboxMessage, kinds []string) (visible []ports.InboxMessage) {
	for i, m := range messages {
		if kinds[i] != "read" {
			m.Read = kinds[i] == "stored and read"
			visible = append(visible, m)
		}
	}
	return visible
}

// wantInbox compares everything that an inbox returns with the events.
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
	redeliver(rt, projection.Inbox, a, messageEvents(messages, kinds))
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
	race(t, projection.Inbox, a, messageEvents(messages, kinds))
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
		"Apply": project(ctx, projection.Inbox, a, stored(m)), "Get": get, "List": list,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v, want context.Canceled", name, err)
		}
	}
}
