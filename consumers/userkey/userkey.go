// Package userkey is the consumer that creates a verified user's key and emits
// UserKeyCreated. It has a side effect, so it gets no replays.
package userkey

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
const Name = "userkey"

// Deps are the ports that the consumer uses. All fields but Exclusive are required.
type Deps struct {
	Keys ports.KeyCreator
	// Exclusive means that Keys creates a key for each user (key strategy "per-user").
	Exclusive bool
	Bus       ports.Bus
	Now       func() time.Time
	Log       *slog.Logger
}

// New returns the consumer.
func New(deps Deps) (*delivery.Consumer, error) {
	return delivery.New(Name, deps.Log, delivery.On(deps.verified))
}

// verified publishes on every delivery, duplicates included, because an earlier
// delivery may have created the key and failed to publish. CreateKey then returns the
// same key.
func (d Deps) verified(ctx context.Context, m events.Metadata, e events.UserVerified) error {
	keyID, err := d.Keys.CreateKey(ctx, e.UserID)
	if err != nil {
		return fmt.Errorf("creating the key of user %s: %w", e.UserID, err)
	}
	ev := events.New(d.Now(), events.UserKeyCreated{UserID: e.UserID, KeyID: keyID, Exclusive: d.Exclusive}, events.CausedBy(m))
	if err := d.Bus.Publish(ctx, ev); err != nil {
		return fmt.Errorf("publishing UserKeyCreated: %w", err)
	}
	return nil
}
