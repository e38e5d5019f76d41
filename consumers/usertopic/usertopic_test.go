package usertopic_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/usertopic"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
)

// world is the pool and the topics.
type world struct {
	ports.Identities
	addressErr, topicErr error
	subscribed           string
}

func (w *world) Address(_ context.Context, username string) (string, error) {
	return username + "@example.org", w.addressErr
}

func (w *world) CreateTopic(_ context.Context, userID, address string) (string, error) {
	w.subscribed = address
	return "topic of " + userID, w.topicErr
}

func (w *world) handle(t *testing.T, bus *handlertest.Bus) []string {
	t.Helper()
	c, err := usertopic.New(usertopic.Deps{Identities: w, Topics: w, Bus: bus, Now: handlertest.Now, Log: handlertest.Log})
	if err != nil {
		t.Fatal(err)
	}
	ev := events.New(handlertest.Now(), events.UserVerified{UserID: "u", Username: "alice"})
	return handlertest.Failures(t, c.Handle, handlertest.Batch(t, ev))
}

func TestATopicComesBackAsAnEventWithoutTheAddress(t *testing.T) {
	t.Parallel()
	var w world
	var bus handlertest.Bus
	if failed := w.handle(t, &bus); len(failed) != 0 || w.subscribed != "alice@example.org" {
		t.Fatalf("failed %v, subscribed %q", failed, w.subscribed)
	}
	published := bus.Published()
	if len(published) != 1 || !cmp.Equal(published[0].Data, events.Data(events.UserTopicCreated{UserID: "u", TopicID: "topic of u"})) {
		t.Errorf("published %+v", published)
	}
	raw, err := json.Marshal(published)
	if err != nil || strings.Contains(string(raw), "example.org") {
		t.Errorf("the address is in the event: %s %v", raw, err)
	}
}

func TestFailuresAreRetried(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	for name, w := range map[string]*world{"the address": {addressErr: out}, "the topic": {topicErr: out}} {
		if failed := w.handle(t, &handlertest.Bus{}); len(failed) != 1 {
			t.Errorf("%s: not reported", name)
		}
	}
	if failed := (&world{}).handle(t, &handlertest.Bus{Err: out}); len(failed) != 1 {
		t.Error("a failure to publish was not reported")
	}
}
