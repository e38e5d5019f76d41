package projector_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/projector"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
)

// store notes the sizes of what it is given, and fails for one owner.
type store struct {
	mu      sync.Mutex
	batches []int
	rows    []projection.Change
	refused string
}

func (s *store) Apply(_ context.Context, changes []projection.Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.batches = append(s.batches, len(changes))
	for _, c := range changes {
		switch c.Key.Owner {
		case s.refused:
			return errors.New("refused")
		case "panic":
			panic("a bug")
		}
	}
	s.rows = append(s.rows, changes...)
	return nil
}

func (s *store) handle(t *testing.T, evs ...events.Event) []string {
	t.Helper()
	c, err := projector.New(projector.Deps{Projection: projection.Inbox, Store: s, Log: handlertest.Log})
	if err != nil {
		t.Fatal(err)
	}
	return handlertest.Failures(t, c.Handle, handlertest.Batch(t, evs...))
}

func stored(recipient string) events.Event {
	return events.New(handlertest.Now(), events.MessageStored{
		MessageID: "m", SenderID: "s", RecipientID: recipient, ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1, 2}, Algorithm: "a", Size: 9,
	})
}

func read(recipient string) events.Event {
	return events.New(handlertest.Now(), events.MessageRead{MessageID: "m", RecipientID: recipient})
}

func TestABatchIsOneWrite(t *testing.T) {
	t.Parallel()
	var s store
	first := stored("r")
	if failed := s.handle(t, first, read("r"), stored("other")); len(failed) != 0 {
		t.Fatalf("failed: %v", failed)
	}
	if !slices.Equal(s.batches, []int{3}) {
		t.Errorf("written in batches of %v", s.batches)
	}
	want := []projection.Change{
		{Key: projection.Key{Owner: "r", Item: "m"}, Facts: []projection.Fact{{
			Index: projection.InboxStored, EventID: first.Metadata.ID,
			Values: []any{"s", "o", "k", []byte{1, 2}, "a", int64(9), handlertest.Now().UnixMilli()},
		}}},
		{Key: projection.Key{Owner: "r", Item: "m"}, Stage: projection.StageRead},
	}
	if diff := cmp.Diff(want, s.rows[:2]); diff != "" {
		t.Error(diff)
	}
}

func TestAnEventThatCannotBeWrittenFailsAlone(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"poison", "panic"} {
		s := store{refused: "poison"}
		if failed := s.handle(t, stored("a"), stored(bad), stored("b")); !slices.Equal(failed, []string{"1"}) {
			t.Errorf("%s: failed: %v", bad, failed)
		}
		var owners []string
		for _, c := range s.rows {
			owners = append(owners, c.Key.Owner)
		}
		slices.Sort(owners)
		if !slices.Equal(slices.Compact(owners), []string{"a", "b"}) {
			t.Errorf("%s: written %v", bad, owners)
		}
	}
}

func TestAProjectionMustBeSubscribedToWhatItIsMadeOf(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]projection.Projection{
		"names no consumer": {Name: "outbox", Events: projection.Inbox.Events},
		"gives projection":  {Name: "inbox", Events: []events.Type{events.TypeMessageStored}},
		"(replays: false)":  {Name: "notify", Events: []events.Type{events.TypeMessageStored}},
	} {
		_, err := projector.New(projector.Deps{Projection: p, Store: &store{}, Log: handlertest.Log})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
