package rebuild

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/sealpost/sealpost/ports"
)

// Replay is AWS's description of a replay.
type Replay struct {
	Name string
	// State is one of EventBridge's: STARTING, RUNNING, CANCELLING, COMPLETED, CANCELLED, FAILED. Reason
	// explains it, and may be empty.
	State, Reason string
	// Events published between From and To are replayed. LastReplayed is the publication time reached.
	From, To, LastReplayed time.Time
	Started                time.Time

	parsed replayName
}

// reached formats LastReplayed, empty if nothing was replayed.
func (r Replay) reached() string {
	if r.LastReplayed.IsZero() {
		return ""
	}
	return "at " + stamp(r.LastReplayed)
}

func (r Replay) done() time.Duration {
	if r.completed() {
		return r.To.Sub(r.From)
	}
	return max(0, min(r.LastReplayed.Sub(r.From), r.To.Sub(r.From)))
}

type archive struct {
	arn, busARN string
	created     time.Time
}

// lastPart returns the name after the last slash of an ARN or a URL.
func lastPart(s string) string { return s[strings.LastIndex(s, "/")+1:] }

func (r *Rebuilder) archive(ctx context.Context, report func(ports.RebuildReport)) (archive, error) {
	out, err := r.events.DescribeArchive(ctx, &eventbridge.DescribeArchiveInput{ArchiveName: aws.String(lastPart(r.stack.ArchiveARN))})
	if err != nil {
		return archive{}, fmt.Errorf("looking at the archive %s: %w", r.stack.ArchiveARN, stale(err))
	}
	if out.State != types.ArchiveStateEnabled {
		return archive{}, fmt.Errorf("the archive %s is %s: %s", r.stack.ArchiveARN, out.State, aws.ToString(out.StateReason))
	}
	if days := aws.ToInt32(out.RetentionDays); days > 0 {
		report(ports.RebuildReport{Note: fmt.Sprintf("the archive keeps events for %d days: rows that only older events created will be missing and listed as differences", days)})
	}
	return archive{r.stack.ArchiveARN, aws.ToString(out.EventSourceArn), aws.ToTime(out.CreationTime)}, nil
}

// stale turns an error about a missing resource into ports.ErrNotAsDescribed.
func stale(err error) error {
	var noRule *types.ResourceNotFoundException
	var noTable *dynamotypes.ResourceNotFoundException
	if errors.As(err, &noRule) || errors.As(err, &noTable) {
		return fmt.Errorf("%w: %w", ports.ErrNotAsDescribed, err)
	}
	return err
}

// takesEvents fails unless a generation's rule is enabled and targets its queue. It also records the
// difference between AWS's clock and ours.
func (r *Rebuilder) takesEvents(ctx context.Context, t target) error {
	rule := aws.String(lastPart(r.stack.Rules[t.key()]))
	out, err := r.events.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: rule, EventBusName: aws.String(r.stack.BusName)})
	if err != nil {
		return fmt.Errorf("looking at the rule of %s: %w", t.key(), stale(err))
	}
	if served, ok := middleware.GetServerTime(out.ResultMetadata); ok {
		r.skew = served.Sub(r.localNow())
	}
	if out.State != types.RuleStateEnabled {
		return fmt.Errorf("%w: the rule of %s is %s: it takes no events", ports.ErrNotAsDescribed, t.key(), out.State)
	}
	targets, err := r.events.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: rule, EventBusName: aws.String(r.stack.BusName)})
	if err != nil {
		return fmt.Errorf("looking at the rule of %s: %w", t.key(), stale(err))
	}
	queue := ":" + lastPart(r.stack.Queues[t.key()].Queue)
	if !slices.ContainsFunc(targets.Targets, func(to types.Target) bool { return strings.HasSuffix(aws.ToString(to.Arn), queue) }) {
		return fmt.Errorf("%w: the rule of %s does not fill its queue", ports.ErrNotAsDescribed, t.key())
	}
	return nil
}

// created returns when a generation's table was created. A replay that began earlier filled another
// generation with the same number.
func (r *Rebuilder) created(ctx context.Context, key string) (time.Time, error) {
	out, err := r.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(r.stack.Tables[key])})
	if err != nil {
		return time.Time{}, fmt.Errorf("looking at the table of %s: %w", key, stale(err))
	}
	return aws.ToTime(out.Table.CreationDateTime), nil
}

// replays returns all replays that rebuilds of this deployment started and AWS still lists, newest first.
func (r *Rebuilder) replays(ctx context.Context) ([]Replay, error) {
	var all []Replay
	in := &eventbridge.ListReplaysInput{NamePrefix: aws.String(r.stack.BusName + ".")}
	for {
		out, err := r.events.ListReplays(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("listing replays: %w", err)
		}
		for _, listed := range out.Replays {
			name, ok := parseReplayName(r.stack.BusName, aws.ToString(listed.ReplayName))
			if !ok {
				continue
			}
			replay, err := r.describe(ctx, name)
			var gone *types.ResourceNotFoundException
			if errors.As(err, &gone) { // AWS has just deleted it
				continue
			}
			if err != nil {
				return nil, err
			}
			all = append(all, replay)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			slices.SortStableFunc(all, func(a, b Replay) int {
				if c := b.Started.Compare(a.Started); c != 0 {
					return c
				}
				return b.parsed.try - a.parsed.try
			})
			return all, nil
		}
	}
}

func (r *Rebuilder) describe(ctx context.Context, name replayName) (Replay, error) {
	out, err := r.events.DescribeReplay(ctx, &eventbridge.DescribeReplayInput{ReplayName: aws.String(name.String())})
	if err != nil {
		return Replay{}, fmt.Errorf("looking at replay %s: %w", name, err)
	}
	return Replay{
		Name: name.String(), State: string(out.State), Reason: aws.ToString(out.StateReason),
		From: aws.ToTime(out.EventStartTime), To: aws.ToTime(out.EventEndTime), LastReplayed: aws.ToTime(out.EventLastReplayedTime),
		Started: aws.ToTime(out.ReplayStartTime), parsed: name,
	}, nil
}

// start starts a replay of a window for the rules of some generations only. If another operator, or a call
// whose answer was lost, already started it, start returns that replay.
func (r *Rebuilder) start(ctx context.Context, a archive, name replayName, w window) (Replay, error) {
	if err := name.check(); err != nil {
		return Replay{}, err
	}
	if !w.from.Before(w.to) {
		return Replay{}, fmt.Errorf("%w: there is nothing to replay from %s on, the archive ends %s", ports.ErrRebuildRequest, stamp(w.from), stamp(w.to))
	}
	var rules []string
	for _, key := range name.keys {
		rule, ok := r.stack.Rules[key]
		if !ok {
			return Replay{}, fmt.Errorf("%w: there is no rule of %s", ports.ErrNotAsDescribed, key)
		}
		rules = append(rules, rule)
	}
	_, err := r.events.StartReplay(ctx, &eventbridge.StartReplayInput{
		ReplayName: aws.String(name.String()), EventSourceArn: aws.String(a.arn),
		EventStartTime: aws.Time(w.from), EventEndTime: aws.Time(w.to),
		Destination: &types.ReplayDestination{Arn: aws.String(a.busARN), FilterArns: rules},
		Description: aws.String("sealpost rebuild: fills " + strings.Join(name.keys, ", ")),
	})
	var exists *types.ResourceAlreadyExistsException
	if err != nil && !errors.As(err, &exists) {
		return Replay{}, fmt.Errorf("starting replay %s: %w", name, err)
	}
	return r.describe(ctx, name)
}

func (r Replay) active() bool {
	switch types.ReplayState(r.State) {
	case types.ReplayStateCompleted, types.ReplayStateCancelled, types.ReplayStateFailed:
		return false
	default:
		return true
	}
}

func (r Replay) completed() bool { return r.State == string(types.ReplayStateCompleted) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
