package userkey_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/userkey"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
)

type keys struct{ err error }

func (k keys) CreateKey(_ context.Context, userID string) (string, error) {
	return "key of " + userID, k.err
}

func handle(t *testing.T, k keys, bus *handlertest.Bus, ev events.Event) []string {
	t.Helper()
	return handleWith(t, k, true, bus, ev)
}

func handleWith(t *testing.T, k keys, exclusive bool, bus *handlertest.Bus, ev events.Event) []string {
	t.Helper()
	c, err := userkey.New(userkey.Deps{Keys: k, Exclusive: exclusive, Bus: bus, Now: handlertest.Now, Log: handlertest.Log})
	if err != nil {
		t.Fatal(err)
	}
	return handlertest.Failures(t, c.Handle, handlertest.Batch(t, ev))
}

func TestAKeyComesBackAsAnEvent(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	cause := events.New(handlertest.Now(), events.UserVerified{UserID: "u", Username: "n"}, events.WithCorrelation("request-1", ""))
	for range 2 { // the second delivery says so again: the first may have failed to
		if failed := handle(t, keys{}, &bus, cause); len(failed) != 0 {
			t.Fatalf("failed: %v", failed)
		}
	}
	published := bus.Published()
	if len(published) != 2 {
		t.Fatalf("published %v", published)
	}
	for _, ev := range published {
		if !cmp.Equal(ev.Data, events.Data(events.UserKeyCreated{UserID: "u", KeyID: "key of u", Exclusive: true})) ||
			ev.Metadata.CausationID != cause.Metadata.ID || ev.Metadata.CorrelationID != "request-1" {
			t.Errorf("published %+v", ev)
		}
	}
}

// Whoever deletes keys goes by this: a shared key must not look like the user's own.
func TestASharedKeyIsNotExclusive(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	ev := events.New(handlertest.Now(), events.UserVerified{UserID: "u", Username: "n"})
	if failed := handleWith(t, keys{}, false, &bus, ev); len(failed) != 0 {
		t.Fatalf("failed: %v", failed)
	}
	want := events.Data(events.UserKeyCreated{UserID: "u", KeyID: "key of u"})
	if published := bus.Published(); len(published) != 1 || !cmp.Equal(published[0].Data, want) {
		t.Errorf("published %+v", published)
	}
}

func TestFailuresAreRetried(t *testing.T) {
	t.Parallel()
	ev := events.New(handlertest.Now(), events.UserVerified{UserID: "u", Username: "n"})
	if failed := handle(t, keys{errors.New("out")}, &handlertest.Bus{}, ev); len(failed) != 1 {
		t.Error("a failure to create was not reported")
	}
	if failed := handle(t, keys{}, &handlertest.Bus{Err: errors.New("out")}, ev); len(failed) != 1 {
		t.Error("a failure to publish was not reported")
	}
}
