package delivery

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/events"
)

// ErrNoReplays means that a consumer has side effects: it takes no replayed events.
var ErrNoReplays = errors.New("takes no replays")

// Replay reacts to one event of a replay, by the very route that live events take. It
// is for a rebuild that reads the archive itself and has decoded the event; the error
// is ErrNoReplays for a consumer that subscriptions.json gives no replays.
func (c *Consumer) Replay(ctx context.Context, ev events.Event) error {
	if !c.subscription.Replays {
		return fmt.Errorf("consumer %s: %w", c.subscription.Consumer, ErrNoReplays)
	}
	if !c.subscription.Takes(ev.Type()) {
		return fmt.Errorf("%w: %s is not for consumer %s", events.ErrUnknownEvent, ev.Type(), c.subscription.Consumer)
	}
	return c.guard(ctx, []events.Event{ev})[0]
}

// Takes reports whether the consumer subscribes to a type.
func (c *Consumer) Takes(t events.Type) bool { return c.subscription.Takes(t) }
