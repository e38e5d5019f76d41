// Package unread is the consumer that builds the unread projection: for each
// user the set of messages that are stored and not read.
package unread

import (
	"context"
	"log/slog"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Name is the consumer's in subscriptions.json.
const Name = "unread"

// Deps is what the consumer needs of the world. All fields are required.
type Deps struct {
	Unread ports.UnreadProjection
	Log    *slog.Logger
}

// New makes the consumer.
func New(d Deps) (*delivery.Consumer, error) {
	return delivery.New(Name, d.Log,
		delivery.On(func(ctx context.Context, _ events.Metadata, e events.MessageStored) error {
			return d.Unread.Stored(ctx, e.RecipientID, e.MessageID)
		}),
		delivery.On(func(ctx context.Context, _ events.Metadata, e events.MessageRead) error {
			return d.Unread.Read(ctx, e.RecipientID, e.MessageID)
		}),
	)
}
