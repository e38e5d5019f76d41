// Package usertopic is the consumer that makes the topic by which a verified user
// is notified, says so by UserTopicCreated, and subscribes the user's address. When
// the user asks, it subscribes the address that is theirs now. It has side effects,
// so it takes no replays.
package usertopic

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Name is the consumer's in subscriptions.json.
const Name = "usertopic"

// Deps is what the consumer needs of the world. All fields are required.
type Deps struct {
	Identities ports.Identities
	Topics     ports.Topics
	Bus        ports.Bus
	Now        func() time.Time
	Log        *slog.Logger
}

// New makes the consumer.
func New(deps Deps) (*delivery.Consumer, error) {
	return delivery.New(Name, deps.Log, delivery.On(deps.verified), delivery.On(deps.requested))
}

func (d Deps) verified(ctx context.Context, m events.Metadata, e events.UserVerified) error {
	return d.topic(ctx, m, e.UserID, d.Topics.Subscribe)
}

func (d Deps) requested(ctx context.Context, m events.Metadata, e events.UserTopicRequested) error {
	return d.topic(ctx, m, e.UserID, d.Topics.Renew)
}

// topic publishes on every delivery, duplicates included: the delivery before may
// have made the topic and failed to say so. It subscribes last, because that fails
// for reasons that are not the topic's, such as SNS's quota of pending subscriptions.
func (d Deps) topic(ctx context.Context, m events.Metadata, userID string, subscribe func(ctx context.Context, topicID, address string) error) error {
	topicID, err := d.Topics.CreateTopic(ctx, userID)
	if err != nil {
		return fmt.Errorf("creating the topic of user %s: %w", userID, err)
	}
	ev := events.New(d.Now(), events.UserTopicCreated{UserID: userID, TopicID: topicID}, events.CausedBy(m))
	if err := d.Bus.Publish(ctx, ev); err != nil {
		return fmt.Errorf("publishing UserTopicCreated: %w", err)
	}
	// The address is asked for here and handed on, so that it is in no event.
	address, err := d.Identities.Address(ctx, userID)
	if err != nil {
		return fmt.Errorf("asking for the address of user %s: %w", userID, err)
	}
	if err := subscribe(ctx, topicID, address); err != nil {
		return fmt.Errorf("subscribing the address of user %s: %w", userID, err)
	}
	return nil
}
