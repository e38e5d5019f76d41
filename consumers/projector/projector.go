// Package projector is the consumer that builds a projection. The consumers users,
// inbox and unread differ only in their projection.
package projector

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// Deps are the ports that the consumer uses. All fields are required.
type Deps struct {
	Projection projection.Projection
	// Store holds the rows of the Projection.
	Store ports.Projection
	Log   *slog.Logger
}

// New returns the consumer. The projection's event types must be those that
// events/subscriptions/subscriptions.json has for it, replays included.
func New(d Deps) (*delivery.Consumer, error) {
	s, err := events.SubscriptionOf(d.Projection.Name)
	if err != nil {
		return nil, err
	}
	if !s.Replays || !slices.Equal(slices.Sorted(slices.Values(s.Events)), slices.Sorted(slices.Values(d.Projection.Events))) {
		return nil, fmt.Errorf("subscriptions.json gives projection %s %v (replays: %t), it is made of %v and of replays",
			d.Projection.Name, s.Events, s.Replays, d.Projection.Events)
	}
	return delivery.NewAtOnce(d.Projection.Name, d.Log, func(ctx context.Context, evs []events.Event) error {
		changes := make([]projection.Change, 0, len(evs))
		for _, ev := range evs {
			changes = d.Projection.Changes(changes, ev)
		}
		return d.Store.Apply(ctx, changes)
	})
}
