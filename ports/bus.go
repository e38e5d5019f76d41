package ports

import (
	"context"
	"fmt"

	"github.com/sealpost/sealpost/events"
)

// Bus accepts domain events. It keeps them forever (the archive) and delivers each event to every consumer
// that subscribes to its type, at least once, in no order.
type Bus interface {
	// Publish makes the events durable and returns nil once all of them are. It is not atomic over several
	// events: if only some were published, the error is a [*PublishError]. Publishing an event again (same
	// metadata.id) is a duplicate, which consumers tolerate.
	//
	// If any event is invalid, Publish returns an error before it publishes anything.
	Publish(ctx context.Context, evs ...events.Event) error
}

// PublishError says which of several events were not published. The others were published, so a retry
// publishes only Failed.
type PublishError struct {
	Failed []events.Event
	Cause  error
}

// Error implements error.
func (e *PublishError) Error() string {
	return fmt.Sprintf("%d events not published: %v", len(e.Failed), e.Cause)
}

// Unwrap returns the cause for errors.Is and errors.As.
func (e *PublishError) Unwrap() error { return e.Cause }
