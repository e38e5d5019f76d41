// Package inbox is the consumer that builds the inbox projection.
package inbox

import (
	"context"
	"log/slog"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Name is the consumer's in subscriptions.json.
const Name = "inbox"

// Deps is what the consumer needs of the world. All fields are required.
type Deps struct {
	Inbox ports.InboxProjection
	Log   *slog.Logger
}

// New makes the consumer.
func New(d Deps) (*delivery.Consumer, error) {
	return delivery.New(Name, d.Log,
		delivery.On(func(ctx context.Context, m events.Metadata, e events.MessageStored) error {
			return d.Inbox.Stored(ctx, ports.InboxMessage{
				ID: e.MessageID, RecipientID: e.RecipientID, SenderID: e.SenderID, ObjectKey: e.ObjectKey,
				KeyID: e.KeyID, WrappedKey: e.WrappedKey, Algorithm: e.Algorithm, Size: e.Size, SentAt: m.Time,
			})
		}),
		delivery.On(func(ctx context.Context, _ events.Metadata, e events.MessageRead) error {
			return d.Inbox.Read(ctx, e.RecipientID, e.MessageID)
		}),
	)
}
