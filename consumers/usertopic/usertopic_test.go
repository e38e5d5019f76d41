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
)

// world is the pool and the topics.
type world struct {
	addressErr, topicErr, subscribeErr error
	calls                              []string
}

func (w *world) Address(_ context.Context, userID string) (string, error) {
	return userID + "@example.org", w.addressErr
}

func (w *world) CreateTopic(_ context.Context, userID string) (string, error) {
	return "topic of " + userID, w.topicErr
}

func (w *world) Subscribe(_ context.Context, topicID, address string) error {
	w.calls = append(w.calls, "subscribe "+address+" to "+topicID)
	return w.subscribeErr
}

func (w *world) Renew(_ context.Context, topicID, address string) error {
	w.calls = append(w.calls, "renew "+address+" at "+topicID)
	return w.subscribeErr
}

var verified, requested = events.UserVerified{UserID: "u", Username: "alice"}, events.UserTopicRequested{UserID: "u"}

func (w *world) handle(t *testing.T, bus *handlertest.Bus, data events.Data) []string {
	t.Helper()
	c, err := usertopic.New(usertopic.Deps{Identities: w, Topics: w, Bus: bus, Now: handlertest.Now, Log: handlertest.Log})
	if err != nil {
		t.Fatal(err)
	}
	return handlertest.Failures(t, c.Handle, handlertest.Batch(t, events.New(handlertest.Now(), data)))
}

func TestATopicComesBackAsAnEventWithoutTheAddress(t *testing.T) {
	t.Parallel()
	for want, data := range map[string]events.Data{
		"subscribe u@example.org to topic of u": verified,
		"renew u@example.org at topic of u":     requested,
	} {
		var w world
		var bus handlertest.Bus
		if failed := w.handle(t, &bus, data); len(failed) != 0 || !cmp.Equal(w.calls, []string{want}) {
			t.Fatalf("failed %v, did %q, want %q", failed, w.calls, want)
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
}

func TestFailuresAreRetried(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	for name, w := range map[string]*world{
		"the address": {addressErr: out}, "the topic": {topicErr: out}, "the subscription": {subscribeErr: out},
	} {
		if failed := w.handle(t, &handlertest.Bus{}, verified); len(failed) != 1 {
			t.Errorf("%s: not reported", name)
		}
	}
	if failed := (&world{}).handle(t, &handlertest.Bus{Err: out}, verified); len(failed) != 1 {
		t.Error("a failure to publish was not reported")
	}
}

// SNS refuses subscriptions beyond its quota of pending ones. The topic is known all
// the same, so that a subscription made later has where to be notified.
func TestTheTopicIsKnownThoughTheSubscriptionFails(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	w := world{subscribeErr: errors.New("SubscriptionLimitExceeded")}
	if failed := w.handle(t, &bus, verified); len(failed) != 1 || len(bus.Published()) != 1 {
		t.Errorf("failed %v, published %v", failed, bus.Published())
	}
}
