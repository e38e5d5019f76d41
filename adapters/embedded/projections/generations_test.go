package projections_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

var start = time.UnixMilli(1795485300000).UTC()

func message(n int) ports.InboxMessage {
	id := fmt.Sprintf("message-%03d", n)
	return ports.InboxMessage{
		ID: id, RecipientID: "ann", SenderID: "bob", ObjectKey: "messages/" + id, KeyID: "key", WrappedKey: []byte("wrapped"),
		Algorithm: "AES-256-GCM", Size: 1, SentAt: start,
	}
}

func stored(m ports.InboxMessage) events.Event {
	return events.New(m.SentAt, events.MessageStored{
		MessageID: m.ID, SenderID: m.SenderID, RecipientID: m.RecipientID, ObjectKey: m.ObjectKey, KeyID: m.KeyID,
		WrappedKey: m.WrappedKey, Algorithm: m.Algorithm, Size: m.Size,
	}, events.WithID(m.ID))
}

func read(m ports.InboxMessage) events.Event {
	return events.New(start, events.MessageRead{MessageID: m.ID, RecipientID: m.RecipientID})
}

func TestTheFirstGenerationIsLive(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	for range 2 { // in a new database, and in one that is opened again
		db := openAt(t, path)
		if diff := cmp.Diff(map[string]int{"users": 1, "inbox": 1, "unread": 1}, openSet(t, db).Live()); diff != "" {
			t.Error(diff)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACandidateTakesLiveEventsAndOnlyThose(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	mustApply(t, projection.Inbox, s.Inbox(), stored(message(1)))
	begin(t, s, projection.Inbox.Name)
	mustApply(t, projection.Inbox, s.Inbox(), stored(message(2)), read(message(1)))
	c, err := s.Compare(t.Context(), projection.Inbox.Name)
	if err != nil || c.LiveRows != 2 || c.CandidateRows != 2 || c.Differing != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if got, err := s.Inbox().Get(t.Context(), "ann", message(1).ID); err != nil || !got.Read {
		t.Errorf("the live generation: %+v, %v", got, err)
	}
	if err := s.MarkFilled(t.Context(), start, []string{"inbox"}, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.Switch(t.Context(), start, []string{"inbox"}, projections.Filled, "promoted"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Inbox().Get(t.Context(), "ann", message(1).ID); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("the promoted generation has what came before it began: %v", err)
	}
	if _, err := s.Inbox().Get(t.Context(), "ann", message(2).ID); err != nil {
		t.Errorf("the promoted generation: %v", err)
	}
}

func TestAProjectionIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	db := openAt(t, path)
	s := openSet(t, db)
	mustApply(t, projection.Inbox, s.Inbox(), stored(message(0)), stored(message(1)), stored(message(2)))
	first, err := s.Inbox().List(t.Context(), "ann", ports.InboxFilter{}, ports.PageRequest{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// A client that pages does not notice the restart.
	again := openSet(t, openAt(t, path)).Inbox()
	rest, err := again.List(t.Context(), "ann", ports.InboxFilter{}, ports.PageRequest{Limit: 2, Cursor: first.Next})
	if diff := cmp.Diff([]ports.InboxMessage{message(1), message(0)}, rest.Items); err != nil || diff != "" {
		t.Errorf("error %v, (-want +got):\n%s", err, diff)
	}
	if rest.Next != "" {
		t.Error("the last page, which is full, has a Next")
	}
}

func TestUnknownProjections(t *testing.T) {
	t.Parallel()
	s := newSet(t)
	_, store := s.Store("outbox")
	_, compare := s.Compare(t.Context(), "outbox")
	for name, err := range map[string]error{
		"Store": store, "Compare": compare, "Begin": s.Begin(t.Context(), start, []string{"outbox"}, 0, nil),
		"Drop": s.Drop(t.Context(), start, []string{"outbox"}),
	} {
		if !errors.Is(err, ports.ErrRebuildRequest) {
			t.Errorf("%s: %v, want ErrRebuildRequest", name, err)
		}
	}
}

func TestAFullDiskIsAnError(t *testing.T) {
	t.Parallel()
	s := openSet(t, openAt(t, filepath.Join(t.TempDir(), "sealpost.db"), sqlite.WithMaxPages(40)))
	acknowledged := 0
	for n := range 1000 {
		m := message(n)
		m.WrappedKey = make([]byte, 6144)
		err := apply(t.Context(), projection.Inbox, s.Inbox(), stored(m))
		if errors.Is(err, ports.ErrNoSpace) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		acknowledged++
	}
	page, err := s.Inbox().List(t.Context(), "ann", ports.InboxFilter{}, ports.PageRequest{Limit: 100})
	if err != nil || acknowledged == 0 || len(page.Items) != acknowledged {
		t.Errorf("%d messages, %d were acknowledged, %v", len(page.Items), acknowledged, err)
	}
}
