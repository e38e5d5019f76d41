package projections_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

func message(n int) ports.InboxMessage {
	id := fmt.Sprintf("message-%03d", n)
	return ports.InboxMessage{
		ID: id, RecipientID: "ann", SenderID: "bob", ObjectKey: "messages/" + id, KeyID: "key", WrappedKey: []byte("wrapped"),
		Algorithm: "AES-256-GCM", Size: 1, SentAt: time.UnixMilli(1795485300000).UTC(),
	}
}

func TestTheFirstGenerationIsLive(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	for range 2 { // in a new database, and in one that is opened again
		db := openAt(t, path)
		g, err := projections.NewGenerations(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{projections.UsersName, projections.InboxName, projections.UnreadName} {
			if live, err := g.Live(t.Context(), name); err != nil || live != 1 {
				t.Errorf("%s: generation %d is live, %v", name, live, err)
			}
		}
		if live, err := g.Live(t.Context(), "outbox"); !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("outbox: %d, %v; want ErrNotFound", live, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A rebuild promotes by writing the live generation into its one place.
func TestAPromotedGenerationIsLive(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	g, err := projections.NewGenerations(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE projection_generations SET live = 2 WHERE projection = 'inbox'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{projections.UsersName: 1, projections.InboxName: 2, projections.UnreadName: 1} {
		if live, err := g.Live(t.Context(), name); err != nil || live != want {
			t.Errorf("%s: generation %d is live, %v", name, live, err)
		}
	}
}

func TestGenerationsShareNothing(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	inboxes := []*projections.Inbox{must(t, projections.NewInbox, db, 1), must(t, projections.NewInbox, db, 2)}
	unreads := []*projections.Unread{must(t, newUnread, db, 1), must(t, newUnread, db, 2)}
	users := []*projections.Users{must(t, projections.NewUsers, db, 1), must(t, projections.NewUsers, db, 2)}
	m := message(1)
	for _, err := range []error{
		inboxes[0].Stored(t.Context(), m), unreads[0].Stored(t.Context(), m.RecipientID, m.ID),
		users[0].Verified(t.Context(), "ann", "Ann", "event"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got, err := inboxes[0].Get(t.Context(), m.RecipientID, m.ID); err != nil || !cmp.Equal(m, got) {
		t.Errorf("generation 1: %v, %v", got, err)
	}
	if _, err := inboxes[1].Get(t.Context(), m.RecipientID, m.ID); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("generation 2 has the message: %v", err)
	}
	if _, err := users[1].ByUsername(t.Context(), "ann"); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("generation 2 has the user: %v", err)
	}
	for i, want := range []int{1, 0} {
		if got, err := unreads[i].Count(t.Context(), m.RecipientID); err != nil || got.Unread != want {
			t.Errorf("generation %d: %v, %v", i+1, got, err)
		}
	}
}

func TestAProjectionIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	db := openAt(t, path)
	inbox := must(t, projections.NewInbox, db, 3)
	for n := range 3 {
		if err := inbox.Stored(t.Context(), message(n)); err != nil {
			t.Fatal(err)
		}
	}
	first, err := inbox.List(t.Context(), "ann", ports.InboxFilter{}, ports.PageRequest{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// A client that pages does not notice the restart, nor a promotion meanwhile.
	again := must(t, projections.NewInbox, openAt(t, path), 3)
	rest, err := again.List(t.Context(), "ann", ports.InboxFilter{}, ports.PageRequest{Limit: 2, Cursor: first.Next})
	if diff := cmp.Diff([]ports.InboxMessage{message(1), message(0)}, rest.Items); err != nil || diff != "" {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
	if rest.Next != "" {
		t.Error("the last page, which is full, has a Next")
	}
}

func TestGenerationsCountFromOne(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	for _, number := range []int{0, -1} {
		_, users := projections.NewUsers(t.Context(), db, number, signer)
		_, inbox := projections.NewInbox(t.Context(), db, number, signer)
		_, unread := projections.NewUnread(t.Context(), db, number)
		for _, err := range []error{users, inbox, unread} {
			if err == nil || !strings.Contains(err.Error(), "count from 1") {
				t.Errorf("generation %d: %v", number, err)
			}
		}
	}
}

func TestAnAbsurdLimitIsRefused(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	users, inbox := must(t, projections.NewUsers, db, 1), must(t, projections.NewInbox, db, 1)
	for _, limit := range []int{-1, 0, ports.MaxPageLimit + 1, 1 << 40} {
		if _, err := users.List(t.Context(), ports.PageRequest{Limit: limit}); err == nil {
			t.Errorf("users: limit %d is taken", limit)
		}
		if _, err := inbox.List(t.Context(), "ann", ports.InboxFilter{}, ports.PageRequest{Limit: limit}); err == nil {
			t.Errorf("inbox: limit %d is taken", limit)
		}
	}
}

func TestAFullDiskIsAnError(t *testing.T) {
	t.Parallel()
	db := openAt(t, filepath.Join(t.TempDir(), "sealpost.db"), sqlite.WithMaxPages(20))
	inbox := must(t, projections.NewInbox, db, 1)
	acknowledged := 0
	for n := range 1000 {
		m := message(n)
		m.WrappedKey = make([]byte, 6144)
		err := inbox.Stored(t.Context(), m)
		if sqlite.IsFull(err) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		acknowledged++
	}
	page, err := inbox.List(t.Context(), "ann", ports.InboxFilter{}, ports.PageRequest{Limit: 100})
	if err != nil || acknowledged == 0 || len(page.Items) != acknowledged {
		t.Errorf("%d messages, %d were acknowledged, %v", len(page.Items), acknowledged, err)
	}
}
