package rebuild

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/internal/projection"
)

// Config is what a Rebuilder works on. All fields are required.
type Config struct {
	Log *eventlog.Log
	Set *projections.Set
	// Dispatched says that a dispatcher feeds the live projections. Without one the
	// Rebuilder gives them itself what they have yet to get.
	Dispatched bool
	Now        func() time.Time
	Logger     *slog.Logger
}

// Rebuilder does one action at a time.
type Rebuilder struct {
	Config
	busy  atomic.Bool
	batch int // events of a batch of a fill, at most
	rows  int // rows of a transaction of a fill, at most
}

// New makes a Rebuilder.
func New(c Config) *Rebuilder { return &Rebuilder{Config: c, batch: batchEvents, rows: quietRows} }

// steps is how many steps Status tells.
const steps = 50

// Do does what is asked, and tells about it meanwhile. It may be called at any time:
// an action that finds another under way ends with ErrBusy. Other errors are
// ErrDiffers, ErrRequest, and those of package projections. When the context ends a
// rebuild stops, and the next one of the same projections goes on where it was.
func (r *Rebuilder) Do(ctx context.Context, request Request, tell func(Report)) error {
	if err := check(request); err != nil {
		return err
	}
	if request.Action == Status {
		return r.status(ctx, tell)
	}
	if !r.busy.CompareAndSwap(false, true) {
		return ErrBusy
	}
	defer r.busy.Store(false)
	names := strings.Join(request.Projections, ", ")
	switch request.Action {
	case Rebuild:
		return r.rebuild(ctx, request, tell)
	case Drop:
		if err := r.Set.Drop(ctx, r.Now(), request.Projections); err != nil {
			return err
		}
		tell(Report{Note: "dropped the other generation of " + names})
	case Rollback:
		if err := r.Set.Switch(ctx, r.Now(), request.Projections, projections.Kept, "rolled back to"); err != nil {
			return err
		}
		tell(Report{Note: "rolled back " + names + "; the generation before is kept"})
	default:
		if err := r.Set.Switch(ctx, r.Now(), request.Projections, projections.Filled, "promoted"); err != nil {
			return err
		}
		tell(Report{Note: "promoted the new generation of " + names + "; the one before is kept"})
	}
	return nil
}

func (r *Rebuilder) status(ctx context.Context, tell func(Report)) error {
	candidates, err := r.Set.Candidates(ctx)
	if err != nil {
		return err
	}
	state := &State{Running: r.busy.Load()}
	if state.Steps, err = r.Set.Steps(ctx, steps); err != nil {
		return err
	}
	live := r.Set.Live()
	left, err := r.Set.Left(ctx)
	if err != nil {
		return err
	}
	for _, name := range projection.Names() {
		p := ProjectionState{Projection: name, Live: live[name], Left: left[name]}
		if c, ok := candidates[name]; ok {
			p.Other = &c
		}
		state.Projections = append(state.Projections, p)
	}
	tell(Report{State: state})
	return nil
}

func (r *Rebuilder) rebuild(ctx context.Context, request Request, tell func(Report)) error {
	filling, err := r.begin(ctx, request, tell)
	if err != nil {
		return err
	}
	for _, pass := range passes(filling) {
		if err := r.fill(ctx, pass, tell); err != nil {
			return r.interrupted(ctx, pass, err)
		}
	}
	equal, err := r.settle(ctx, request.Projections, tell)
	if err != nil {
		return err
	}
	if !equal {
		return ErrDiffers
	}
	if err := r.Set.Switch(ctx, r.Now(), request.Projections, projections.Filled, "promoted"); err != nil {
		return err
	}
	tell(Report{Note: "promoted the new generation of " + strings.Join(request.Projections, ", ") + "; the one before is kept"})
	return nil
}

// begin makes the candidates, or finds those that an earlier run began. It
// returns those that are to be filled.
func (r *Rebuilder) begin(ctx context.Context, request Request, tell func(Report)) ([]projections.Candidate, error) {
	candidates, err := r.Set.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, name := range request.Projections {
		c, ok := candidates[name]
		switch {
		case !ok:
			missing = append(missing, name)
		case c.State == projections.Kept || !request.From.IsZero():
			return nil, fmt.Errorf("%w: %s has generation %d beside the live one (%s); drop it first",
				projections.ErrConflict, name, c.Generation, c.State)
		default:
			if err := r.resume(ctx, c, tell); err != nil {
				return nil, err
			}
		}
	}
	if len(missing) > 0 {
		if err := r.beginMissing(ctx, missing, request.From); err != nil {
			return nil, err
		}
	}
	if candidates, err = r.Set.Candidates(ctx); err != nil {
		return nil, err
	}
	var filling []projections.Candidate
	for _, name := range request.Projections {
		if c := candidates[name]; c.State == projections.Filling {
			filling = append(filling, c)
		}
	}
	return filling, nil
}

func (r *Rebuilder) beginMissing(ctx context.Context, names []string, since time.Time) error {
	var from int64
	if !since.IsZero() {
		var err error
		if from, err = r.Log.BeforeTime(ctx, since); err != nil {
			return err
		}
	}
	return r.Set.Begin(ctx, r.Now(), names, from, r.Log.Head)
}

func (r *Rebuilder) resume(ctx context.Context, c projections.Candidate, tell func(Report)) error {
	where := fmt.Sprintf("at event %d of %d", c.Position, c.UpTo)
	if c.State == projections.Filled {
		where = "it is filled"
	}
	tell(Report{Note: fmt.Sprintf("resuming generation %d of %s: %s", c.Generation, c.Projection, where)})
	return r.Set.Record(ctx, projections.Step{
		At: r.Now(), Projection: c.Projection, Generation: c.Generation, Step: "resumed", Detail: where,
	})
}

// interrupted records why filling stopped. A process that is killed records nothing;
// then the next run's "resumed" tells it.
func (r *Rebuilder) interrupted(ctx context.Context, pass []projections.Candidate, cause error) error {
	errs := []error{cause}
	for _, c := range pass {
		errs = append(errs, r.Set.Record(context.WithoutCancel(ctx), projections.Step{
			At: r.Now(), Projection: c.Projection, Generation: c.Generation, Step: "interrupted", Detail: cause.Error(),
		}))
	}
	return errors.Join(errs...)
}
