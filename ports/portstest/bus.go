package portstest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// BusAdapter is a bus and a subscriber to all its events.
type BusAdapter struct {
	ports.Bus
	// Received returns all events that the subscriber has received so far, including duplicates, in any
	// order.
	Received func(ctx context.Context) ([]events.Event, error)
}

// busPatience is the longest wait for an event. Only failing tests wait that long.
const busPatience = 30 * time.Second

// Bus is the contract of [ports.Bus]. Every subtest creates its own bus.
func Bus(t *testing.T, create func(*testing.T) BusAdapter) {
	tests := map[string]func(*testing.T, BusAdapter){
		"every type arrives as it was published": busEveryType,
		"many at once all arrive":                busMany,
		"concurrent publishers":                  busConcurrent,
		"a duplicate is the same event":          busDuplicate,
		"nothing to publish":                     busNothing,
		"an invalid event stops the others":      busInvalid,
		"an ended context":                       busEnded,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, create(t))
		})
	}
}

func oneOfEach() []events.Event {
	user, message := newID("user"), newULID(1)
	all := []events.Data{
		events.UserVerified{UserID: user, Username: "Zoë \"<&>"},
		events.UserKeyCreated{UserID: user, KeyID: newID("key")},
		events.UserTopicRequested{UserID: user},
		events.UserTopicCreated{UserID: user, TopicID: newID("topic")},
		events.MessageStored{
			MessageID: message, SenderID: newID("user"), RecipientID: user, ObjectKey: "messages/" + message,
			KeyID: newID("key"), WrappedKey: []byte{0, 1, 254, 255}, Algorithm: "test", Size: 1 << 40,
		},
		events.MessageRead{MessageID: message, RecipientID: user},
	}
	var evs []events.Event
	for _, data := range all {
		evs = append(evs, events.New(start, data, events.WithCorrelation(newID("request"), "")))
	}
	return evs
}

func reads(n int) []events.Event {
	var evs []events.Event
	for i := range n {
		evs = append(evs, events.New(start, events.MessageRead{MessageID: newULID(i), RecipientID: newID("user")}))
	}
	return evs
}

func publish(t *testing.T, bus BusAdapter, evs ...events.Event) {
	t.Helper()
	if err := bus.Publish(t.Context(), evs...); err != nil {
		t.Fatal(err)
	}
}

// arrive waits until all evs have been received, and returns everything received, by id.
func arrive(t *testing.T, bus BusAdapter, evs ...events.Event) map[string][]events.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), busPatience)
	defer cancel()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		all, err := bus.Received(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]events.Event{}
		for _, ev := range all {
			got[ev.Metadata.ID] = append(got[ev.Metadata.ID], ev)
		}
		missing := 0
		for _, ev := range evs {
			if len(got[ev.Metadata.ID]) == 0 {
				missing++
			}
		}
		if missing == 0 {
			return got
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%d of %d events have not arrived", missing, len(evs))
		case <-poll.C:
		}
	}
}

// same checks that every copy of every event equals the published one, and that nothing else arrived.
func same(t *testing.T, got map[string][]events.Event, evs ...events.Event) {
	t.Helper()
	for _, want := range evs {
		for _, copied := range got[want.Metadata.ID] {
			if diff := cmp.Diff(want, copied); diff != "" {
				t.Errorf("event came out changed (-published +received):\n%s", diff)
			}
		}
		delete(got, want.Metadata.ID)
	}
	for id := range got {
		t.Errorf("event %s was received and never published", id)
	}
}

func busEveryType(t *testing.T, bus BusAdapter) {
	evs := oneOfEach()
	for _, ev := range evs {
		publish(t, bus, ev)
	}
	same(t, arrive(t, bus, evs...), evs...)
}

// busMany publishes more than an adapter takes in one request (EventBridge: 10).
func busMany(t *testing.T, bus BusAdapter) {
	evs := reads(37)
	publish(t, bus, evs...)
	same(t, arrive(t, bus, evs...), evs...)
}

func busConcurrent(t *testing.T, bus BusAdapter) {
	evs := reads(racers * 4)
	together(t, racers, func(ctx context.Context, i int) error {
		for _, ev := range evs[i*4 : i*4+4] {
			if err := bus.Publish(ctx, ev); err != nil {
				return fmt.Errorf("publisher %d: %w", i, err)
			}
		}
		return nil
	})
	same(t, arrive(t, bus, evs...), evs...)
}

// busDuplicate checks that a duplicate is accepted and that all copies are equal. The bus may deliver it once
// or twice.
func busDuplicate(t *testing.T, bus BusAdapter) {
	ev, last := reads(1)[0], reads(1)[0]
	publish(t, bus, ev)
	publish(t, bus, ev)
	publish(t, bus, last)
	same(t, arrive(t, bus, ev, last), ev, last)
}

func busNothing(t *testing.T, bus BusAdapter) {
	publish(t, bus)
}

func busInvalid(t *testing.T, bus BusAdapter) {
	good, after := reads(1)[0], reads(1)[0]
	err := bus.Publish(t.Context(), good, events.New(start, events.MessageRead{MessageID: newULID(1)}))
	if !errors.Is(err, events.ErrInvalid) {
		t.Fatalf("error %v, want events.ErrInvalid", err)
	}
	// Only events published afterwards arrive. The events refused together with the invalid one were not
	// sent.
	publish(t, bus, after)
	same(t, arrive(t, bus, after), after)
}

func busEnded(t *testing.T, bus BusAdapter) {
	ev, after := reads(1)[0], reads(1)[0]
	if err := bus.Publish(ended(t), ev); err == nil {
		t.Error("published after the context had ended")
	}
	publish(t, bus, ev, after) // a retry is at most a duplicate
	same(t, arrive(t, bus, ev, after), ev, after)
}
