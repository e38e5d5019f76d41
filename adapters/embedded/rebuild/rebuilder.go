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
	"github.com/sealpost/sealpost/ports"
)

// Config is what a Rebuilder works on. All fields are required.
type Config struct {
	Log *eventlog.Log
	Set *projections.Set
	// Dispatched is true if a dispatcher feeds the live projections. Otherwise the Rebuilder feeds them.
	Dispatched bool
	Now        func() time.Time
	Logger     *slog.Logger
}

// Rebuilder implements [ports.Rebuilder] for a data folder.
type Rebuilder struct {
	Config
	busy  atomic.Bool
	batch int // most events of a fill's batch
	rows  int // most rows of a fill's transaction
}

var _ ports.Rebuilder = (*Rebuilder)(nil)

// New returns a Rebuilder.
func New(c Config) *Rebuilder { return &Rebuilder{Config: c, batch: batchEvents, rows: quietRows} }

const maxSteps = 50

// Do implements [ports.Rebuilder]. It may be called at any time.
func (r *Rebuilder) Do(ctx context.Context, request ports.RebuildRequest, report func(ports.RebuildReport)) error {
	if err := request.Check(projection.Names()); err != nil {
		return err
	}
	if request.Action == ports.ActionStatus {
		return r.status(ctx, report)
	}
	if !r.busy.CompareAndSwap(false, true) {
		return ports.ErrRebuildBusy
	}
	defer r.busy.Store(false)
	names := strings.Join(request.Projections, ", ")
	switch request.Action {
	case ports.ActionRebuild:
		return r.rebuild(ctx, request, report)
	case ports.ActionDrop:
		if err := r.Set.Drop(ctx, r.Now(), request.Projections); err != nil {
			return err
		}
		report(ports.RebuildReport{Note: "dropped the candidate of " + names})
	case ports.ActionRollback:
		if err := r.Set.Switch(ctx, r.Now(), request.Projections, projections.Kept, "rolled back to"); err != nil {
			return err
		}
		report(ports.RebuildReport{Note: "rolled back " + names + "; the generation before is kept"})
	default:
		if err := r.Set.Switch(ctx, r.Now(), request.Projections, projections.Filled, "promoted"); err != nil {
			return err
		}
		report(ports.RebuildReport{Note: "promoted the candidate of " + names + "; the generation before is kept"})
	}
	return nil
}

func (r *Rebuilder) status(ctx context.Context, report func(ports.RebuildReport)) error {
	candidates, err := r.Set.Candidates(ctx)
	if err != nil {
		return err
	}
	state := &ports.RebuildState{Running: r.busy.Load()}
	if state.Steps, err = r.Set.Steps(ctx, maxSteps); err != nil {
		return err
	}
	live := r.Set.Live()
	left, err := r.Set.Left(ctx)
	if err != nil {
		return err
	}
	for _, name := range projection.Names() {
		p := ports.ProjectionState{Projection: name, Live: live[name], Left: left[name]}
		if c, ok := candidates[name]; ok {
			p.Candidate = r.candidate(c)
		}
		state.Projections = append(state.Projections, p)
	}
	report(ports.RebuildReport{State: state})
	return nil
}

func (r *Rebuilder) candidate(c projections.Candidate) *ports.Candidate {
	state := ports.CandidateState(c.State)
	if c.State == projections.Filling && !r.busy.Load() {
		state = ports.CandidateInterrupted
	}
	return &ports.Candidate{
		Generation: c.Generation, State: state, Unit: ports.UnitEvents, Done: c.Position - c.From, Total: c.UpTo - c.From, Skipped: c.Skipped,
	}
}

func (r *Rebuilder) rebuild(ctx context.Context, request ports.RebuildRequest, report func(ports.RebuildReport)) error {
	filling, err := r.begin(ctx, request, report)
	if err != nil {
		return err
	}
	for _, pass := range passes(filling) {
		if err := r.fill(ctx, pass, report); err != nil {
			return r.interrupted(ctx, pass, err)
		}
	}
	equal, err := r.settle(ctx, request.Projections, report)
	if err != nil {
		return err
	}
	if !equal {
		return ports.ErrDiffers
	}
	if err := r.Set.Switch(ctx, r.Now(), request.Projections, projections.Filled, "promoted"); err != nil {
		return err
	}
	report(ports.RebuildReport{Note: "promoted the candidate of " + strings.Join(request.Projections, ", ") + "; the generation before is kept"})
	return nil
}

// begin creates the candidates, or finds those of an earlier run. It returns the ones to be filled.
func (r *Rebuilder) begin(ctx context.Context, request ports.RebuildRequest, report func(ports.RebuildReport)) ([]projections.Candidate, error) {
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
				ports.ErrGenerations, name, c.Generation, c.State)
		default:
			if err := r.resume(ctx, c, report); err != nil {
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

func (r *Rebuilder) resume(ctx context.Context, c projections.Candidate, report func(ports.RebuildReport)) error {
	where := fmt.Sprintf("at event %d of %d", c.Position, c.UpTo)
	if c.State == projections.Filled {
		where = "it is filled"
	}
	report(ports.RebuildReport{Note: fmt.Sprintf("resuming generation %d of %s: %s", c.Generation, c.Projection, where)})
	return r.Set.Record(ctx, projections.Step{
		At: r.Now(), Projection: c.Projection, Generation: c.Generation, Step: "resumed", Detail: where,
	})
}

// interrupted records why filling stopped. A killed process records nothing; the next run then records
// "resumed".
func (r *Rebuilder) interrupted(ctx context.Context, pass []projections.Candidate, cause error) error {
	errs := []error{cause}
	for _, c := range pass {
		errs = append(errs, r.Set.Record(context.WithoutCancel(ctx), projections.Step{
			At: r.Now(), Projection: c.Projection, Generation: c.Generation, Step: "interrupted", Detail: cause.Error(),
		}))
	}
	return errors.Join(errs...)
}
