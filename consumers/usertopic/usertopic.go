// Package usertopic is the consumer that makes the topic by which a verified user
// is notified, and says so by UserTopicCreated. It has a side effect, so it takes
// no replays.
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
	return delivery.New(Name, deps.Log, delivery.On(deps.verified))
}

// verified publishes on every delivery, duplicates included: the delivery before
// may have made the topic and failed to say so. CreateTopic finds it again.
func (d Deps) verified(ctx context.Context, m events.Metadata, e events.UserVerified) error {
	// The address is asked for here and handed on, so that it is in no event.
	address, err := d.Identities.Address(ctx, e.Username)
	if err != nil {
		return fmt.Errorf("asking for the address of user %s: %w", e.UserID, err)
	}
	topicID, err := d.Topics.CreateTopic(ctx, e.UserID, address)
	if err != nil {
		return fmt.Errorf("creating the topic of user %s: %w", e.UserID, err)
	}
	ev := events.New(d.Now(), events.UserTopicCreated{UserID: e.UserID, TopicID: topicID}, events.CausedBy(m))
	if err := d.Bus.Publish(ctx, ev); err != nil {
		return fmt.Errorf("publishing UserTopicCreated: %w", err)
	}
	return nil
}
