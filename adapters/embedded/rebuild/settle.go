package rebuild

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
)

// settle compares the new generations, when the live ones have all that the new ones
// were filled with, and reports whether they are the same.
func (r *Rebuilder) settle(ctx context.Context, names []string, tell func(Report)) (equal bool, err error) {
	others, err := r.Set.Others(ctx)
	if err != nil {
		return false, err
	}
	equal = true
	for _, name := range names {
		if err := r.catchUp(ctx, name, others[name].UpTo); err != nil {
			return false, fmt.Errorf("waiting for the live %s: %w", name, err)
		}
		c, err := r.Set.Compare(ctx, name)
		if err != nil {
			return false, err
		}
		tell(Report{Comparison: &c})
		equal = equal && c.Differing == 0
		err = r.Set.Record(ctx, projections.Step{At: r.Now(), Projection: name, Generation: c.Other, Step: "compared",
			Detail: c.Detail()})
		if err != nil {
			return false, err
		}
	}
	return equal, nil
}

// catchUpPoll is how often a consumer's checkpoint is looked at.
const catchUpPoll = 20 * time.Millisecond

func (r *Rebuilder) catchUp(ctx context.Context, name string, upTo int64) error {
	if !r.Dispatched {
		return r.feed(ctx, name, upTo)
	}
	ticker := time.NewTicker(catchUpPoll)
	defer ticker.Stop()
	for {
		unseen, err := r.Log.Unseen(ctx, name, upTo)
		if err != nil || !unseen {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// feed gives the live projection what no dispatcher is there to give it. The consumer's
// checkpoint stays: the server delivers the same events again, which changes nothing.
// An event that fails is left to that.
func (r *Rebuilder) feed(ctx context.Context, name string, upTo int64) error {
	all, err := r.Consumers(Targets{r.Set.Users(), r.Set.Inbox(), r.Set.Unread()})
	if err != nil {
		return err
	}
	at, err := r.Log.Checkpoint(ctx, name)
	if err != nil {
		return err
	}
	for at < upTo {
		entries, next, err := r.Log.Read(ctx, at, readAtOnce, eventlog.Filter{Types: takenBy(all[name])})
		if err != nil || next == at {
			return err
		}
		var g errgroup.Group
		g.SetLimit(feeders)
		for _, entry := range entries {
			g.Go(func() error {
				r.feedOne(ctx, all[name], entry)
				return nil
			})
		}
		_ = g.Wait() // feedOne returns nothing
		if err := ctx.Err(); err != nil {
			return err
		}
		at = next
	}
	return nil
}

// feeders is how many events are given at once: their writes share commits.
const feeders = 128

func (r *Rebuilder) feedOne(ctx context.Context, c *delivery.Consumer, entry eventlog.Entry) {
	ev, err := entry.Delivery.Event()
	if err == nil {
		err = c.Replay(ctx, ev)
	}
	if err != nil {
		r.Logger.WarnContext(ctx, "an event is left to the server", "position", entry.Position, "error", err)
	}
}

func takenBy(c *delivery.Consumer) []events.Type {
	var types []events.Type
	for _, t := range events.Types() {
		if c.Takes(t) {
			types = append(types, t)
		}
	}
	return types
}
