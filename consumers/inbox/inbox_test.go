package inbox_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/inbox"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
)

// projection notes what it is told.
type projection struct {
	mu     sync.Mutex
	stored []ports.InboxMessage
	read   []string
	err    error
}

func (p *projection) Stored(_ context.Context, m ports.InboxMessage) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stored = append(p.stored, m)
	return p.err
}

func (p *projection) Read(_ context.Context, recipientID, messageID string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read = append(p.read, recipientID+" "+messageID)
	return p.err
}

func TestEventsBecomeRows(t *testing.T) {
	t.Parallel()
	p := &projection{}
	c, err := inbox.New(inbox.Deps{Inbox: p, Log: handlertest.Log})
	if err != nil {
		t.Fatal(err)
	}
	batch := handlertest.Batch(t,
		events.New(handlertest.Now(), events.MessageStored{
			MessageID: "m", SenderID: "s", RecipientID: "r", ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1, 2}, Algorithm: "a", Size: 9,
		}),
		events.New(handlertest.Now(), events.MessageRead{MessageID: "m", RecipientID: "r"}),
	)
	if failed := handlertest.Failures(t, c.Handle, batch); len(failed) != 0 {
		t.Fatalf("failed: %v", failed)
	}
	want := []ports.InboxMessage{{
		ID: "m", SenderID: "s", RecipientID: "r", ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1, 2}, Algorithm: "a", Size: 9,
		SentAt: handlertest.Now(),
	}}
	if diff := cmp.Diff(want, p.stored); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"r m"}, p.read); diff != "" {
		t.Error(diff)
	}
	p.err = errors.New("out")
	if failed := handlertest.Failures(t, c.Handle, batch); len(failed) != 2 {
		t.Errorf("failed: %v", failed)
	}
}
