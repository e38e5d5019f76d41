// Package me is the query behind GET /users/me: the caller's own entry.
package me

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
)

// Deps are the ports that the query uses. All fields are required.
type Deps struct {
	Users ports.UserDirectory
	Log   *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.get) }

func (d Deps) get(ctx context.Context, r *rest.Request) (rest.Response, error) {
	user, err := d.Users.ByID(ctx, r.Caller.UserID)
	if errors.Is(err, ports.ErrNotFound) {
		// The token proves that the user exists, but the projection does not have the
		// user yet.
		user, err = ports.User{ID: r.Caller.UserID, Username: r.Caller.Username}, nil
	}
	if err != nil {
		return rest.Response{}, fmt.Errorf("finding the caller: %w", err)
	}
	return rest.Response{Status: http.StatusOK, Body: rest.UserOf(user)}, nil
}
