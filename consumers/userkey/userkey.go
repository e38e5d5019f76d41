// Package userkey is the consumer that makes a verified user's key and says so
// by UserKeyCreated. It has a side effect, so it takes no replays.
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

// Name is the consumer's in subscriptions.json.
const Name = "userkey"

// Deps is what the consumer needs of the world. All fields but Exclusive are required.
type Deps struct {
	Keys ports.KeyCreator
	// Exclusive says that Keys makes a key for each user (key strategy "per-user").
	Exclusive bool
	Bus       ports.Bus
	Now       func() time.Time
	Log       *slog.Logger
}

// New makes the consumer.
func New(deps Deps) (*delivery.Consumer, error) {
	return delivery.New(Name, deps.Log, delivery.On(deps.verified))
}

// verified publishes on every delivery, duplicates included: the delivery before
// may have made the key and failed to say so. CreateKey finds that key again.
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
