package portstest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

func inboxPaging(t *testing.T, a InboxAdapter) {
	recipient := newID("recipient")
	want := storeMessages(t, a, recipient, 12)
	storeMessages(t, a, recipient+"x", 3) // messages of another user must not appear
	for _, limit := range limits(len(want)) {
		if diff := cmp.Diff(want, walk(t, inboxList(a, recipient, false), limit, nil)); diff != "" {
			t.Errorf("limit %d (-want +got):\n%s", limit, diff)
		}
	}
	unread := unreadOf(want)
	for _, limit := range limits(len(unread)) {
		if diff := cmp.Diff(unread, walk(t, inboxList(a, recipient, true), limit, nil)); diff != "" {
			t.Errorf("unread, limit %d (-want +got):\n%s", limit, diff)
		}
	}
}

func inboxCursors(t *testing.T, a InboxAdapter) {
	ann, bob := newID("ann"), newID("bob")
	storeMessages(t, a, ann, 6)
	storeMessages(t, a, bob, 6)
	all, unread := inboxList(a, ann, false), inboxList(a, ann, true)
	cursors := forgeries(nextOf(t, all))
	cursors["of another caller's list"] = nextOf(t, inboxList(a, bob, false))
	cursors["of the unread list"] = nextOf(t, unread)
	refuses(t, all, cursors)
	refuses(t, unread, map[string]string{"of the whole list": nextOf(t, all)})
	refusesLimits(t, all)
	refusesLimits(t, unread)
}

// inboxComeAndGo has messages arrive and be read while a caller pages. New messages are newer than all listed
// ones, so no page has them; every message that existed throughout is seen once.
func inboxComeAndGo(t *testing.T, a InboxAdapter) {
	recipient := newID("recipient")
	want := storeMessages(t, a, recipient, 11)
	n := len(want)
	arrive := func() {
		n++
		mustProject(t, projection.Inbox, a, stored(newInboxMessage(recipient, n)))
	}
	if diff := cmp.Diff(want, walk(t, inboxList(a, recipient, false), 2, arrive)); diff != "" {
		t.Errorf("while messages came (-want +got):\n%s", diff)
	}

	// Reading the first messages removes them from the list being walked.
	unread := walk(t, inboxList(a, recipient, true), ports.MaxPageLimit, nil)
	left := slices.Clone(unread)
	readFirst := func() {
		mustProject(t, projection.Inbox, a, read(recipient, left[0].ID))
		left = left[1:]
	}
	if diff := cmp.Diff(unread, walk(t, inboxList(a, recipient, true), 2, readFirst)); diff != "" {
		t.Errorf("while messages were read (-want +got):\n%s", diff)
	}
}
