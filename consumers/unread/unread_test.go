package unread_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/unread"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
)

// projection notes what it is told.
type projection struct {
	mu    sync.Mutex
	calls []string
	err   error
}

func (p *projection) note(call string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, call)
	return p.err
}

func (p *projection) Stored(_ context.Context, recipientID, messageID string) error {
	return p.note("stored " + recipientID + " " + messageID)
}

func (p *projection) Read(_ context.Context, recipientID, messageID string) error {
	return p.note("read " + recipientID + " " + messageID)
}

func TestEventsReachTheSet(t *testing.T) {
	t.Parallel()
	p := &projection{}
	c, err := unread.New(unread.Deps{Unread: p, Log: handlertest.Log})
	if err != nil {
		t.Fatal(err)
	}
	batch := handlertest.Batch(t,
		events.New(handlertest.Now(), events.MessageStored{
			MessageID: "m", SenderID: "s", RecipientID: "r", ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
		}),
		events.New(handlertest.Now(), events.MessageRead{MessageID: "m", RecipientID: "r"}),
	)
	if failed := handlertest.Failures(t, c.Handle, batch); len(failed) != 0 {
		t.Fatalf("failed: %v", failed)
	}
	slices.Sort(p.calls)
	if diff := cmp.Diff([]string{"read r m", "stored r m"}, p.calls); diff != "" {
		t.Error(diff)
	}
	p.err = errors.New("out")
	if failed := handlertest.Failures(t, c.Handle, batch); len(failed) != 2 {
		t.Errorf("failed: %v", failed)
	}
}
