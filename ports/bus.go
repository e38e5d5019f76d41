package ports

import (
	"context"
	"fmt"

	"github.com/sealpost/sealpost/events"
)

// Bus takes domain events. It keeps them for ever (the archive) and hands each
// to every consumer that subscribes to its type, at least once, in no order.
type Bus interface {
	// Publish makes the events durable and returns nil when all of them are. It
	// is not atomic over several events: when some were taken and others not,
	// the error is a [*PublishError] that says which. Publishing an event again
	// (same metadata.id) is a duplicate, which consumers tolerate.
	//
	// An event that is not valid is refused before anything is published.
	Publish(ctx context.Context, evs ...events.Event) error
}

// PublishError says which of several events were not published. The others
// were: a caller that retries publishes Failed alone.
type PublishError struct {
	Failed []events.Event
	Cause  error
}

// Error implements error.
func (e *PublishError) Error() string {
	return fmt.Sprintf("%d events not published: %v", len(e.Failed), e.Cause)
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *PublishError) Unwrap() error { return e.Cause }
