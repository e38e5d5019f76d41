package rebuild

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/ports"
)

// Config is what a Rebuilder works on. All fields are required.
type Config struct {
	Stack deployment.Deployment
	// AWS is the configuration of the clients, in the deployment's region.
	AWS   aws.Config
	Waits Waits
	Now   func() time.Time
	// ReadRate is how many read capacity units (of 4 KB) per second the comparison uses of each table.
	ReadRate int
	// FromCopy fills candidates from the copy of the archive instead of by a replay.
	FromCopy bool
}

// Rebuilder implements [ports.Rebuilder] for a deployment. It is for one caller at a time; several commands
// may work on one deployment.
type Rebuilder struct {
	stack    deployment.Deployment
	waits    Waits
	localNow func() time.Time
	readRate int
	fromCopy bool
	// skew is how far AWS's clock is ahead of ours. Windows use AWS's clock.
	skew time.Duration

	events *eventbridge.Client
	queues *sqs.Client
	tables *dynamodb.Client
	logs   *cloudwatchlogs.Client
	// objects reads the copy of the archive.
	objects *s3.Client
}

var _ ports.Rebuilder = (*Rebuilder)(nil)

// New returns a Rebuilder.
func New(c Config) *Rebuilder {
	return &Rebuilder{
		stack: c.Stack, waits: c.Waits, localNow: c.Now, readRate: c.ReadRate, fromCopy: c.FromCopy,
		events: eventbridge.NewFromConfig(c.AWS), queues: sqs.NewFromConfig(c.AWS),
		tables: dynamodb.NewFromConfig(c.AWS), logs: cloudwatchlogs.NewFromConfig(c.AWS),
		objects: s3.NewFromConfig(c.AWS, func(o *s3.Options) { o.UsePathStyle = c.AWS.BaseEndpoint != nil }),
	}
}

// Do implements [ports.Rebuilder]. It may also return AWS's errors. When the context ends a rebuild stops
// waiting; the replay continues, and the same request follows it again.
func (r *Rebuilder) Do(ctx context.Context, request ports.RebuildRequest, report func(ports.RebuildReport)) error {
	if err := request.Check(slices.Sorted(maps.Keys(r.stack.Generations))); err != nil {
		return err
	}
	switch request.Action {
	case ports.ActionStatus:
		return r.status(ctx, report)
	case ports.ActionDrop:
		return r.drop(ctx, request.Projections, report)
	case ports.ActionRollback:
		return r.switchTo(ctx, request.Projections, older, "rolled back", report)
	case ports.ActionPromote:
		return r.promote(ctx, request.Projections, report)
	default:
		return r.rebuild(ctx, request, report)
	}
}

func (r *Rebuilder) rebuild(ctx context.Context, request ports.RebuildRequest, report func(ports.RebuildReport)) (err error) {
	targets, err := r.targets(request.Projections, report)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && !errors.Is(err, ports.ErrDiffers) && !errors.Is(err, ports.ErrGenerations) {
			if unrecorded := r.interrupted(ctx, targets, err); unrecorded != nil {
				err = fmt.Errorf("%w (and this could not be recorded: %w)", err, unrecorded)
			}
		}
	}()
	fill := r.fill
	if r.fromCopy {
		fill = r.fillFromCopy
	}
	if err := fill(ctx, targets, request.From, report); err != nil {
		return err
	}
	if err := r.drain(ctx, targets, report); err != nil {
		return err
	}
	equal := true
	for _, t := range targets {
		same, err := r.compare(ctx, t, report)
		if err != nil {
			return err
		}
		equal = equal && same
	}
	if !equal {
		return ports.ErrDiffers
	}
	return r.switchTo(ctx, request.Projections, newer, "promoted", report)
}

// targets returns the candidates to fill. If some do not exist yet, it reports the variables that create them
// and returns ErrApplyFirst.
func (r *Rebuilder) targets(names []string, report func(ports.RebuildReport)) ([]target, error) {
	var targets []target
	var missing []string
	for _, name := range names {
		t, ok := newer(name, r.stack.Generations[name])
		if !ok {
			if kept, ok := older(name, r.stack.Generations[name]); ok {
				return nil, fmt.Errorf("%w: %s has generation %d beside the live one (kept); drop it first",
					ports.ErrGenerations, name, kept.number)
			}
			missing = append(missing, name)
			continue
		}
		targets = append(targets, t)
	}
	if len(missing) > 0 {
		report(ports.RebuildReport{Variables: variables(r.changed(missing, withNext))})
		return nil, fmt.Errorf("%w: %s", ports.ErrApplyFirst, strings.Join(missing, ", "))
	}
	return targets, nil
}

// switchTo reports the variables that make queries read another generation.
func (r *Rebuilder) switchTo(ctx context.Context, names []string, which func(string, deployment.Generations) (target, bool), done string, report func(ports.RebuildReport)) error {
	all := maps.Clone(r.stack.Generations)
	var targets []target
	for _, name := range names {
		g := all[name]
		t, ok := which(name, g)
		if !ok {
			return fmt.Errorf("%w: %s has no generation that could be %s: %d is live, and there are %v",
				ports.ErrGenerations, name, done, g.Live, g.Generations)
		}
		targets = append(targets, t)
		all[name] = deployment.Generations{Live: t.number, Generations: g.Generations}
	}
	for _, t := range targets {
		if err := r.record(ctx, t, "advised", fmt.Sprintf("generation %d to be %s in place of %d by live = %d", t.number, done, t.live, t.number)); err != nil {
			return err
		}
	}
	report(ports.RebuildReport{Variables: variables(all)})
	return nil
}

// promote reports the variables that make queries read the candidates, even if they differ. It refuses a
// candidate that was not filled completely, because it has gaps.
func (r *Rebuilder) promote(ctx context.Context, names []string, report func(ports.RebuildReport)) error {
	for _, name := range names {
		t, ok := newer(name, r.stack.Generations[name])
		if !ok {
			continue // switchTo returns the error
		}
		steps, err := r.steps(ctx, t.key())
		if err != nil {
			return err
		}
		if !filled(steps) {
			return fmt.Errorf("%w: nothing records that generation %d of %s was filled to its end; rebuild continues it",
				ports.ErrGenerations, t.number, name)
		}
	}
	return r.switchTo(ctx, names, newer, "promoted", report)
}

// now returns AWS's time.
func (r *Rebuilder) now() time.Time { return r.localNow().Add(r.skew) }
