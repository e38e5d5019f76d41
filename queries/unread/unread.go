// Package unread is the query behind GET /messages/unread-count.
package unread

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
)

// Deps are the ports that the query uses. All fields are required.
type Deps struct {
	Unread ports.Unread
	Log    *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.get) }

type count struct {
	Unread int  `json:"unread"`
	More   bool `json:"more,omitempty"`
}

func (d Deps) get(ctx context.Context, r *rest.Request) (rest.Response, error) {
	n, err := d.Unread.Count(ctx, r.Caller.UserID)
	if err != nil {
		return rest.Response{}, fmt.Errorf("counting unread messages: %w", err)
	}
	return rest.Response{Status: http.StatusOK, Body: count{n.Unread, n.More}}, nil
}
