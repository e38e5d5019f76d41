package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/consumers/inbox"
	"github.com/sealpost/sealpost/consumers/unread"
	"github.com/sealpost/sealpost/consumers/users"
	"github.com/sealpost/sealpost/internal/delivery"
)

// projectors are the consumers that build projections, writing where they are told.
func projectors(to rebuild.Targets, log *slog.Logger) (map[string]*delivery.Consumer, error) {
	u, errUsers := users.New(users.Deps{Users: to.Users, Log: log})
	i, errInbox := inbox.New(inbox.Deps{Inbox: to.Inbox, Log: log})
	n, errUnread := unread.New(unread.Deps{Unread: to.Unread, Log: log})
	return map[string]*delivery.Consumer{users.Name: u, inbox.Name: i, unread.Name: n}, errors.Join(errUsers, errInbox, errUnread)
}

func (h *home) rebuilder(dispatched bool) *rebuild.Rebuilder {
	return rebuild.New(rebuild.Config{
		Log: h.events, Set: h.projections, Dispatched: dispatched, Now: h.config.Now, Logger: h.log,
		Consumers: func(to rebuild.Targets) (map[string]*delivery.Consumer, error) { return projectors(to, h.log) },
	})
}

// warnOfRebuilds tells of rebuilds that the last process left unfinished. Nothing is
// lost by waiting: their generations take live events.
func (h *home) warnOfRebuilds(ctx context.Context) error {
	others, err := h.projections.Others(ctx)
	if err != nil {
		return err
	}
	for name, other := range others {
		if other.State == projections.Filling {
			h.log.WarnContext(ctx, fmt.Sprintf("a rebuild was interrupted: `sealpost rebuild %s` resumes it, `sealpost rebuild --drop %s` gives it up", name, name),
				"projection", name, "generation", other.Generation, "position", other.Position, "upTo", other.UpTo)
		}
	}
	return nil
}

// sweep finishes the drops that the last process left unfinished: what is left of them
// is of no use to anybody, and takes room.
func (h *home) sweep(ctx context.Context) {
	left, err := h.projections.Sweep(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		h.log.ErrorContext(ctx, "what was left of dropped generations could not be removed", "error", err)
	case err == nil && len(left) > 0:
		h.log.InfoContext(ctx, "removed what was left of dropped generations", "generations", left)
	}
}

// WithRebuilder opens the data folder while no server does, and calls run with what
// rebuilds its projections. Its error is ErrInUse when a server has it open. Of the
// folder's contents only the log and the projections are touched.
func WithRebuilder(ctx context.Context, c Config, run func(*rebuild.Rebuilder) error) (err error) {
	if c, err = c.withDefaults(); err != nil {
		return err
	}
	log, err := c.logger()
	if err != nil {
		return err
	}
	h := &home{config: c, log: log}
	defer func() { err = errors.Join(err, h.close()) }()
	for _, step := range []func(context.Context) error{h.openFolder, h.openDatabase, h.openLog, h.openProjections} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return run(h.rebuilder(false))
}
