// Package users is the query behind GET /users: the registered users, sorted by
// username.
package users

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
	Users ports.UserDirectory
	Log   *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.get) }

type list struct {
	Users []rest.User `json:"users"`
	Next  string      `json:"next,omitempty"`
}

func (d Deps) get(ctx context.Context, r *rest.Request) (rest.Response, error) {
	request, err := r.Page()
	if err != nil {
		return rest.Response{}, err
	}
	page, err := d.Users.List(ctx, request)
	if err != nil {
		return rest.Response{}, fmt.Errorf("listing users: %w", err)
	}
	out := list{Users: make([]rest.User, 0, len(page.Items)), Next: page.Next}
	for _, u := range page.Items {
		out.Users = append(out.Users, rest.UserOf(u))
	}
	return rest.Response{Status: http.StatusOK, Body: out}, nil
}
