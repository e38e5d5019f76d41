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
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Targets is where the consumers of projections write to.
type Targets struct {
	Users  ports.UserProjection
	Inbox  ports.InboxProjection
	Unread ports.UnreadProjection
}

// Config is what a Rebuilder works on. All fields are required.
type Config struct {
	Log *eventlog.Log
	Set *projections.Set
	// Consumers makes the consumers of the projections, by their names.
	Consumers func(Targets) (map[string]*delivery.Consumer, error)
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
	others, err := r.Set.Others(ctx)
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
	for _, name := range projections.Names() {
		p := ProjectionState{Projection: name, Live: live[name], Left: left[name]}
		if other, ok := others[name]; ok {
			p.Other = &other
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

// begin makes the new generations, and finds those that an earlier run began. It
// returns what there is to fill.
func (r *Rebuilder) begin(ctx context.Context, request Request, tell func(Report)) ([]projections.Other, error) {
	others, err := r.Set.Others(ctx)
	if err != nil {
		return nil, err
	}
	var anew []string
	for _, name := range request.Projections {
		other, ok := others[name]
		switch {
		case !ok:
			anew = append(anew, name)
		case other.State == projections.Kept || !request.From.IsZero():
			return nil, fmt.Errorf("%w: %s has generation %d beside the live one (%s); drop it first",
				projections.ErrConflict, name, other.Generation, other.State)
		default:
			if err := r.resume(ctx, other, tell); err != nil {
				return nil, err
			}
		}
	}
	if len(anew) > 0 {
		if err := r.beginAnew(ctx, anew, request.From); err != nil {
			return nil, err
		}
	}
	if others, err = r.Set.Others(ctx); err != nil {
		return nil, err
	}
	var filling []projections.Other
	for _, name := range request.Projections {
		if other := others[name]; other.State == projections.Filling {
			filling = append(filling, other)
		}
	}
	return filling, nil
}

func (r *Rebuilder) beginAnew(ctx context.Context, names []string, since time.Time) error {
	var from int64
	if !since.IsZero() {
		var err error
		if from, err = r.Log.BeforeTime(ctx, since); err != nil {
			return err
		}
	}
	return r.Set.Begin(ctx, r.Now(), names, from, r.Log.Head)
}

func (r *Rebuilder) resume(ctx context.Context, other projections.Other, tell func(Report)) error {
	where := fmt.Sprintf("at event %d of %d", other.Position, other.UpTo)
	if other.State == projections.Filled {
		where = "it is filled"
	}
	tell(Report{Note: fmt.Sprintf("resuming generation %d of %s: %s", other.Generation, other.Projection, where)})
	return r.Set.Record(ctx, projections.Step{
		At: r.Now(), Projection: other.Projection, Generation: other.Generation, Step: "resumed", Detail: where,
	})
}

// interrupted records why filling stopped. A process that is killed records nothing;
// then the next run's "resumed" tells it.
func (r *Rebuilder) interrupted(ctx context.Context, pass []projections.Other, cause error) error {
	errs := []error{cause}
	for _, other := range pass {
		errs = append(errs, r.Set.Record(context.WithoutCancel(ctx), projections.Step{
			At: r.Now(), Projection: other.Projection, Generation: other.Generation, Step: "interrupted", Detail: cause.Error(),
		}))
	}
	return errors.Join(errs...)
}
