// Package users is the consumer that builds the users projection.
package users

import (
	"context"
	"log/slog"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Name is the consumer's in subscriptions.json.
const Name = "users"

// Deps is what the consumer needs of the world. All fields are required.
type Deps struct {
	Users ports.UserProjection
	Log   *slog.Logger
}

// New makes the consumer.
func New(d Deps) (*delivery.Consumer, error) {
	return delivery.New(Name, d.Log,
		delivery.On(func(ctx context.Context, m events.Metadata, e events.UserVerified) error {
			return d.Users.Verified(ctx, e.UserID, e.Username, m.ID)
		}),
		delivery.On(func(ctx context.Context, m events.Metadata, e events.UserKeyCreated) error {
			return d.Users.KeyCreated(ctx, e.UserID, e.KeyID, m.ID)
		}),
		delivery.On(func(ctx context.Context, m events.Metadata, e events.UserTopicCreated) error {
			return d.Users.TopicCreated(ctx, e.UserID, e.TopicID, m.ID)
		}),
	)
}
