// Package usertopic is the consumer that creates a verified user's notification topic,
// emits UserTopicCreated, and subscribes the user's address. On UserTopicRequested it
// subscribes the user's present address. It has side effects, so it gets no replays.
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

// Name is the consumer's name in subscriptions.json.
const Name = "usertopic"

// Deps are the ports that the consumer uses. All fields are required.
type Deps struct {
	Identities ports.Identities
	Topics     ports.Topics
	Bus        ports.Bus
	Now        func() time.Time
	Log        *slog.Logger
}

// New returns the consumer.
func New(deps Deps) (*delivery.Consumer, error) {
	return delivery.New(Name, deps.Log, delivery.On(deps.verified), delivery.On(deps.requested))
}

func (d Deps) verified(ctx context.Context, m events.Metadata, e events.UserVerified) error {
	return d.topic(ctx, m, e.UserID, d.Topics.Subscribe)
}

func (d Deps) requested(ctx context.Context, m events.Metadata, e events.UserTopicRequested) error {
	return d.topic(ctx, m, e.UserID, d.Topics.Renew)
}

// topic publishes on every delivery, duplicates included, because an earlier delivery
// may have created the topic and failed to publish. It subscribes last, because that
// can fail for reasons unrelated to the topic, such as SNS's quota of pending
// subscriptions.
func (d Deps) topic(ctx context.Context, m events.Metadata, userID string, subscribe func(ctx context.Context, topicID, address string) error) error {
	topicID, err := d.Topics.CreateTopic(ctx, userID)
	if err != nil {
		return fmt.Errorf("creating the topic of user %s: %w", userID, err)
	}
	ev := events.New(d.Now(), events.UserTopicCreated{UserID: userID, TopicID: topicID}, events.CausedBy(m))
	if err := d.Bus.Publish(ctx, ev); err != nil {
		return fmt.Errorf("publishing UserTopicCreated: %w", err)
	}
	// The address is fetched here and passed on, so that no event contains it.
	address, err := d.Identities.Address(ctx, userID)
	if err != nil {
		return fmt.Errorf("asking for the address of user %s: %w", userID, err)
	}
	if err := subscribe(ctx, topicID, address); err != nil {
		return fmt.Errorf("subscribing the address of user %s: %w", userID, err)
	}
	return nil
}
