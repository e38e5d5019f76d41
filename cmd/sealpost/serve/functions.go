package serve

import (
	"context"
	"errors"
	"net/http"

	"github.com/sealpost/sealpost/adapters/embedded/claims"
	"github.com/sealpost/sealpost/adapters/embedded/gateway"
	"github.com/sealpost/sealpost/adapters/embedded/userpool"
	"github.com/sealpost/sealpost/api"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/producers/readmessage"
	"github.com/sealpost/sealpost/producers/requesttopic"
	"github.com/sealpost/sealpost/producers/storemessage"
	"github.com/sealpost/sealpost/queries/inbox"
	"github.com/sealpost/sealpost/queries/me"
	"github.com/sealpost/sealpost/queries/message"
	"github.com/sealpost/sealpost/queries/unread"
	"github.com/sealpost/sealpost/queries/users"
)

// functions returns the producers and queries that api/openapi.yaml names.
func (h *home) functions() map[string]rest.Function {
	return map[string]rest.Function{
		"producers/storemessage": storemessage.New(storemessage.Deps{
			Users: h.users, Keys: h.keys, Claims: claims.New(h.blobs, h.events), Now: h.config.Now, Log: h.log,
		}),
		"producers/requesttopic": requesttopic.New(requesttopic.Deps{Bus: h.events, Now: h.config.Now, Log: h.log}),
		"producers/readmessage":  readmessage.New(readmessage.Deps{Inbox: h.inbox, Bus: h.events, Now: h.config.Now, Log: h.log}),
		"queries/users":          users.New(users.Deps{Users: h.users, Log: h.log}),
		"queries/me":             me.New(me.Deps{Users: h.users, Log: h.log}),
		"queries/inbox":          inbox.New(inbox.Deps{Inbox: h.inbox, Users: h.users, Log: h.log}),
		"queries/unread":         unread.New(unread.Deps{Unread: h.unread, Log: h.log}),
		"queries/message":        message.New(message.Deps{Inbox: h.inbox, Blobs: h.blobs, Keys: h.keys, Log: h.log}),
	}
}

func (h *home) gateway() (*gateway.Gateway, error) {
	verifier := h.pool.Verifier()
	return gateway.New(gateway.Config{
		OpenAPI:   api.OpenAPI,
		Functions: h.functions(),
		Verify: func(ctx context.Context, token string) (map[string]any, error) {
			claims, err := verifier.Verify(ctx, token, h.config.Now())
			if err != nil && !errors.Is(err, userpool.ErrTokenInvalid) && !errors.Is(err, userpool.ErrTokenExpired) {
				// Not 401, because clients would sign in again.
				err = &rest.Error{Status: http.StatusServiceUnavailable, Name: "internal", Title: "The token cannot be checked", Cause: err}
			}
			return claims, err
		},
		Log: h.log,
	})
}
