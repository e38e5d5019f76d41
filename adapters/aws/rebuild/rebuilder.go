package rebuild

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/internal/rebuilding"
	"github.com/sealpost/sealpost/internal/stack"
)

var (
	// ErrApplyFirst means that Terraform has to apply the variables that were told
	// before the rebuild can go on.
	ErrApplyFirst = errors.New("terraform has to make the new generation first")
	// ErrStale means that the deployment is not what its description says.
	ErrStale = errors.New("the deployment is not as described")
	// ErrDeadLetters means that deliveries to a new generation failed for good, so that
	// it cannot be complete.
	ErrDeadLetters = errors.New("deliveries to the new generation failed")
	// ErrReplay means that a replay ended without having replayed everything. The next
	// try goes on where it ended.
	ErrReplay = errors.New("the replay ended early")
)

// Config is what a Rebuilder works on. All fields are required.
type Config struct {
	// Stack is the deployment.
	Stack stack.Stack
	// AWS makes the clients, in the deployment's region.
	AWS   aws.Config
	Waits Waits
	Now   func() time.Time
	// ReadRate is how many read capacity units a second the comparison takes of each
	// table; one is 4 KB.
	ReadRate int
}

// Rebuilder does what can be asked of a deployment. It may be used by one caller at a
// time; that several are at work in different places does no harm.
type Rebuilder struct {
	stack    stack.Stack
	waits    Waits
	localNow func() time.Time
	readRate int
	// skew is how far AWS's clock is ahead of ours: windows are cut by AWS's.
	skew time.Duration

	events *eventbridge.Client
	queues *sqs.Client
	tables *dynamodb.Client
	logs   *cloudwatchlogs.Client
	// objects reads the copy of the archive.
	objects *s3.Client
}

// New makes a Rebuilder.
func New(c Config) *Rebuilder {
	return &Rebuilder{
		stack: c.Stack, waits: c.Waits, localNow: c.Now, readRate: c.ReadRate,
		events: eventbridge.NewFromConfig(c.AWS), queues: sqs.NewFromConfig(c.AWS),
		tables: dynamodb.NewFromConfig(c.AWS), logs: cloudwatchlogs.NewFromConfig(c.AWS),
		objects: s3.NewFromConfig(c.AWS, func(o *s3.Options) { o.UsePathStyle = c.AWS.BaseEndpoint != nil }),
	}
}

// Do does what is asked, and tells about it meanwhile. Errors are ErrApplyFirst,
// ErrStale, ErrDeadLetters, ErrReplay, those of package rebuilding and AWS's own. When
// the context ends a rebuild stops waiting; the replay goes on by itself, and the same
// request follows it.
func (r *Rebuilder) Do(ctx context.Context, request rebuilding.Request, tell func(Report)) error {
	if err := errors.Join(request.Check(), r.known(request.Projections)); err != nil {
		return err
	}
	switch request.Action {
	case rebuilding.Status:
		return r.status(ctx, tell)
	case rebuilding.Drop:
		return r.drop(ctx, request.Projections, tell)
	case rebuilding.Rollback:
		return r.switchTo(ctx, request.Projections, older, "rolled back", tell)
	case rebuilding.Promote:
		return r.promote(ctx, request.Projections, tell)
	default:
		return r.rebuild(ctx, request, tell)
	}
}

func (r *Rebuilder) rebuild(ctx context.Context, request rebuilding.Request, tell func(Report)) (err error) {
	targets, err := r.targets(request.Projections, tell)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && !errors.Is(err, rebuilding.ErrDiffers) && !errors.Is(err, rebuilding.ErrConflict) {
			if unrecorded := r.interrupted(ctx, targets, err); unrecorded != nil {
				err = fmt.Errorf("%w (and this could not be recorded: %w)", err, unrecorded)
			}
		}
	}()
	fill := r.fill
	if request.FromArchive {
		fill = r.fillFromCopy
	}
	if err := fill(ctx, targets, request.From, tell); err != nil {
		return err
	}
	if err := r.drain(ctx, targets, tell); err != nil {
		return err
	}
	equal := true
	for _, t := range targets {
		same, err := r.compare(ctx, t, tell)
		if err != nil {
			return err
		}
		equal = equal && same
	}
	if !equal {
		return rebuilding.ErrDiffers
	}
	return r.switchTo(ctx, request.Projections, newer, "promoted", tell)
}

// targets are the generations to fill. If some are yet to be made, it tells by which
// variables, and fails with ErrApplyFirst.
func (r *Rebuilder) targets(names []string, tell func(Report)) ([]target, error) {
	var targets []target
	var missing []string
	for _, name := range names {
		t, ok := newer(name, r.stack.Generations[name])
		if !ok {
			if kept, ok := older(name, r.stack.Generations[name]); ok {
				return nil, fmt.Errorf("%w: %s has generation %d beside the live one (kept); drop it first",
					rebuilding.ErrConflict, name, kept.number)
			}
			missing = append(missing, name)
			continue
		}
		targets = append(targets, t)
	}
	if len(missing) > 0 {
		tell(Report{Variables: variables(r.changed(missing, withNext))})
		return nil, fmt.Errorf("%w: %s", ErrApplyFirst, strings.Join(missing, ", "))
	}
	return targets, nil
}

// switchTo tells by which variables queries read another generation.
func (r *Rebuilder) switchTo(ctx context.Context, names []string, which func(string, stack.Generations) (target, bool), done string, tell func(Report)) error {
	all := maps.Clone(r.stack.Generations)
	var targets []target
	for _, name := range names {
		g := all[name]
		t, ok := which(name, g)
		if !ok {
			return fmt.Errorf("%w: %s has no generation that could be %s: %d is live, and there are %v",
				rebuilding.ErrConflict, name, done, g.Live, g.Generations)
		}
		targets = append(targets, t)
		all[name] = stack.Generations{Live: t.number, Generations: g.Generations}
	}
	for _, t := range targets {
		if err := r.record(ctx, t, "advised", fmt.Sprintf("generation %d to be %s in place of %d by live = %d", t.number, done, t.live, t.number)); err != nil {
			return err
		}
	}
	tell(Report{Variables: variables(all)})
	return nil
}

// drop cancels what fills the generations beside the live ones, and tells by which
// variables they go.
func (r *Rebuilder) drop(ctx context.Context, names []string, tell func(Report)) error {
	var targets []target
	for _, name := range names {
		g := r.stack.Generations[name]
		before := len(targets)
		for _, n := range g.Generations {
			if n != g.Live {
				targets = append(targets, target{name, n, g.Live})
			}
		}
		if len(targets) == before {
			return fmt.Errorf("%w: %s has no generation beside the live one", rebuilding.ErrConflict, name)
		}
	}
	if err := r.cancel(ctx, targets, tell); err != nil {
		return err
	}
	for _, t := range targets {
		if err := r.record(ctx, t, "advised", "to be dropped by taking it out of generations"); err != nil {
			return err
		}
	}
	tell(Report{Variables: variables(r.changed(names, liveAlone))})
	return nil
}

// now is AWS's time.
func (r *Rebuilder) now() time.Time { return r.localNow().Add(r.skew) }
