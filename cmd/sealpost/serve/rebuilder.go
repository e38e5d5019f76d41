package serve

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
)

func (h *home) rebuilder(dispatched bool) *rebuild.Rebuilder {
	return rebuild.New(rebuild.Config{
		Log: h.events, Set: h.projections, Dispatched: dispatched, Now: h.config.Now, Logger: h.log,
	})
}

// warnOfRebuilds warns about rebuilds that the last process did not finish. Waiting
// loses nothing, because their generations receive live events.
func (h *home) warnOfRebuilds(ctx context.Context) error {
	candidates, err := h.projections.Candidates(ctx)
	if err != nil {
		return err
	}
	for name, c := range candidates {
		if c.State == projections.Filling {
			h.log.WarnContext(ctx, fmt.Sprintf("a rebuild was interrupted: `sealpost rebuild %s` resumes it, `sealpost rebuild --drop %s` gives it up", name, name),
				"projection", name, "generation", c.Generation, "position", c.Position, "upTo", c.UpTo)
		}
	}
	return nil
}

// sweep finishes the drops that the last process did not finish. The remaining rows are
// unused and take up space.
func (h *home) sweep(ctx context.Context) {
	left, err := h.projections.Sweep(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		h.log.ErrorContext(ctx, "what was left of dropped generations could not be removed", "error", err)
	case err == nil && len(left) > 0:
		h.log.InfoContext(ctx, "removed what was left of dropped generations", "generations", left)
	}
}

// WithRebuilder opens the data folder while no server does, and calls run with its
// rebuilder. It returns ErrInUse if a server has the folder open. It touches only the
// log and the projections.
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
