// Package readmessage is the producer behind POST /messages/{id}/read. It emits
// MessageRead for a message in the caller's own inbox.
package readmessage

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
	Inbox ports.Inbox
	Bus   ports.Bus
	Now   func() time.Time
	Log   *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.post) }

type accepted struct {
	ID string `json:"id"`
}

func (d Deps) post(ctx context.Context, r *rest.Request) (rest.Response, error) {
	m, err := r.OwnMessage(ctx, d.Inbox)
	if err != nil {
		return rest.Response{}, err
	}
	// A message that the projection shows as read has its event already. A page that
	// marks on every view must not fill the archive.
	if !m.Read {
		if err := d.publish(ctx, r, m.ID); err != nil {
			return rest.Response{}, err
		}
	}
	return rest.Response{Status: http.StatusAccepted, Body: accepted{m.ID}}, nil
}

func (d Deps) publish(ctx context.Context, r *rest.Request, id string) error {
	ev := events.New(d.Now(), events.MessageRead{MessageID: id, RecipientID: r.Caller.UserID},
		events.WithCorrelation(r.Correlation()))
	if err := d.Bus.Publish(ctx, ev); err != nil {
		return fmt.Errorf("publishing MessageRead: %w", err)
	}
	return nil
}
