// Package requesttopic is the producer behind POST /users/me/notifications. It emits
// UserTopicRequested, on which the usertopic consumer subscribes the caller's verified
// address again. docs/decisions/2026-11-28-a-new-subscription-is-an-event.md has the
// reasons.
package requesttopic

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
)

// Deps are the ports that the producer uses. All fields are required.
type Deps struct {
	Bus ports.Bus
	Now func() time.Time
	Log *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.post) }

func (d Deps) post(ctx context.Context, r *rest.Request) (rest.Response, error) {
	ev := events.New(d.Now(), events.UserTopicRequested{UserID: r.Caller.UserID}, events.WithCorrelation(r.Correlation()))
	if err := d.Bus.Publish(ctx, ev); err != nil {
		return rest.Response{}, fmt.Errorf("publishing UserTopicRequested: %w", err)
	}
	return rest.Response{Status: http.StatusAccepted}, nil
}
