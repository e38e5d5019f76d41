package delivery

import (
	"context"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/events"
)

// NewAtOnce returns a consumer that handles all events of a batch with one call of
// write. If that fails, it tries each event alone, so that one failing event does not
// block the others.
func NewAtOnce(name string, log *slog.Logger, write func(ctx context.Context, evs []events.Event) error) (*Consumer, error) {
	return NewBatch(name, log, func(ctx context.Context, evs []events.Event) []error {
		errs := make([]error, len(evs))
		err := guarded(ctx, write, evs)
		if err == nil || len(evs) == 1 {
			errs[0] = err
			return errs
		}
		var g errgroup.Group
		g.SetLimit(parallel)
		for i := range evs {
			g.Go(func() error {
				errs[i] = guarded(ctx, write, evs[i:i+1])
				return nil
			})
		}
		_ = g.Wait() // every outcome is in errs
		return errs
	})
}

func guarded(ctx context.Context, write func(context.Context, []events.Event) error, evs []events.Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	return write(ctx, evs)
}
