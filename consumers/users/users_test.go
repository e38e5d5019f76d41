package users_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/users"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
)

// projection notes its calls.
type projection struct {
	mu    sync.Mutex
	calls []string
	err   error
}

func (p *projection) note(call ...string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, call...)
	return p.err
}

func (p *projection) Verified(_ context.Context, userID, username, eventID string) error {
	return p.note("verified " + userID + " " + username + " " + eventID)
}

func (p *projection) KeyCreated(_ context.Context, userID, keyID, eventID string) error {
	return p.note("key " + userID + " " + keyID + " " + eventID)
}

func (p *projection) TopicCreated(_ context.Context, userID, topicID, eventID string) error {
	return p.note("topic " + userID + " " + topicID + " " + eventID)
}

func TestEachEventSetsItsOwnFact(t *testing.T) {
	t.Parallel()
	p := &projection{}
	c, err := users.New(users.Deps{Users: p, Log: handlertest.Log})
	if err != nil {
		t.Fatal(err)
	}
	evs := []events.Event{
		events.New(handlertest.Now(), events.UserVerified{UserID: "u", Username: "n"}),
		events.New(handlertest.Now(), events.UserKeyCreated{UserID: "u", KeyID: "k"}),
		events.New(handlertest.Now(), events.UserTopicCreated{UserID: "u", TopicID: "t"}),
	}
	if failed := handlertest.Failures(t, c.Handle, handlertest.Batch(t, evs...)); len(failed) != 0 {
		t.Fatalf("failed: %v", failed)
	}
	want := []string{"verified u n " + evs[0].Metadata.ID, "key u k " + evs[1].Metadata.ID, "topic u t " + evs[2].Metadata.ID}
	slices.Sort(want)
	slices.Sort(p.calls)
	if diff := cmp.Diff(want, p.calls); diff != "" {
		t.Error(diff)
	}
	p.err = errors.New("out")
	if failed := handlertest.Failures(t, c.Handle, handlertest.Batch(t, evs...)); len(failed) != 3 {
		t.Errorf("failed: %v", failed)
	}
}
