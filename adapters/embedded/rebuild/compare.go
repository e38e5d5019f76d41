package rebuild

import (
	"context"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// settle waits until the live generations have all events that the candidates were filled with, compares
// them, and reports whether they are equal.
func (r *Rebuilder) settle(ctx context.Context, names []string, report func(ports.RebuildReport)) (equal bool, err error) {
	candidates, err := r.Set.Candidates(ctx)
	if err != nil {
		return false, err
	}
	equal = true
	for _, name := range names {
		if err := r.catchUp(ctx, name, candidates[name].UpTo); err != nil {
			return false, fmt.Errorf("waiting for the live %s: %w", name, err)
		}
		c, err := r.Set.Compare(ctx, name)
		if err != nil {
			return false, err
		}
		report(ports.RebuildReport{Comparison: &c})
		equal = equal && c.Differing == 0
		err = r.Set.Record(ctx, projections.Step{At: r.Now(), Projection: name, Generation: c.Candidate, Step: "compared",
			Detail: c.Detail()})
		if err != nil {
			return false, err
		}
	}
	return equal, nil
}

// catchUpPoll is the interval of checkpoint polls.
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

// feed applies events to the live projection in place of a dispatcher. The consumer's checkpoint does not
// move: a server delivers the same events again, which changes nothing. An event that does not decode is left
// to the server.
func (r *Rebuilder) feed(ctx context.Context, name string, upTo int64) error {
	p, _ := projection.ByName(name) // names are already checked
	live, err := r.Set.Store(name)
	if err != nil {
		return err
	}
	at, err := r.Log.Checkpoint(ctx, name)
	if err != nil {
		return err
	}
	for at < upTo {
		entries, next, err := r.Log.Read(ctx, at, readAtOnce, eventlog.Filter{Types: p.Events})
		if err != nil || next == at {
			return err
		}
		var changes []projection.Change
		for _, entry := range entries {
			ev, err := entry.Delivery.Event()
			if err != nil {
				r.Logger.WarnContext(ctx, "an event is left to the server", "position", entry.Position, "error", err)
				continue
			}
			changes = p.Changes(changes, ev)
		}
		if err := live.Apply(ctx, changes); err != nil {
			return err
		}
		at = next
	}
	return nil
}
