package rebuild

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/sealpost/sealpost/ports"
)

var depthAttributes = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages,
	types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
}

// depth returns the approximate number of messages of a queue, including those in flight and delayed.
func (r *Rebuilder) depth(ctx context.Context, url string) (int64, error) {
	out, err := r.queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(url), AttributeNames: depthAttributes})
	if err != nil {
		return 0, fmt.Errorf("reading the length of queue %s: %w", lastPart(url), err)
	}
	var depth int64
	for _, name := range depthAttributes {
		n, err := strconv.ParseInt(out.Attributes[string(name)], 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading the length of queue %s: %s: %w", lastPart(url), name, err)
		}
		depth += n
	}
	return depth, nil
}

// waiting returns the approximate number of deliveries that wait for generations.
func (r *Rebuilder) waiting(ctx context.Context, targets []target) (int64, error) {
	var all int64
	for _, t := range targets {
		n, err := r.depth(ctx, r.stack.Queues[t.key()].Queue)
		if err != nil {
			return 0, err
		}
		all += n
	}
	return all, nil
}

// drain waits until the candidates' consumers have handled the replayed events.
//
// SQS counts only approximately, and live events never stop, so a busy queue is never empty. Both generations
// of a projection receive the same live events, so what the candidate's queue has more than the live one's is
// the rest of the replay. The queue counts as drained after several consecutive checks without such a rest.
// If that is wrong, nothing is lost, because the comparison then finds a difference.
func (r *Rebuilder) drain(ctx context.Context, targets []target, report func(ports.RebuildReport)) error {
	for checks := 0; ; {
		beyond, waiting, err := r.backlog(ctx, targets)
		if err != nil {
			return err
		}
		if checks++; beyond > 0 {
			checks = 0
		}
		report(ports.RebuildReport{Progress: &ports.RebuildProgress{
			Phase: ports.PhaseDraining, Unit: ports.UnitChecks, Projections: projectionsOf(targets), Waiting: waiting, Done: int64(checks), Total: int64(r.waits.Checks), SecondsLeft: -1,
		}})
		if checks >= r.waits.Checks {
			break
		}
		if err := smithytime.SleepWithContext(ctx, r.waits.Poll); err != nil {
			return err
		}
	}
	for _, t := range targets {
		if err := r.noDeadLetters(ctx, t); err != nil {
			return err
		}
	}
	return r.recordAll(ctx, targets, stepDrained, "")
}

func (r *Rebuilder) backlog(ctx context.Context, targets []target) (beyond, waiting int64, err error) {
	for _, t := range targets {
		mine, err := r.depth(ctx, r.stack.Queues[t.key()].Queue)
		if err != nil {
			return 0, 0, err
		}
		live, err := r.depth(ctx, r.stack.Queues[t.liveKey()].Queue)
		if err != nil {
			return 0, 0, err
		}
		beyond += max(0, mine-live)
		waiting += mine
	}
	return beyond, waiting, nil
}

func (r *Rebuilder) noDeadLetters(ctx context.Context, t target) error {
	q := r.stack.Queues[t.key()]
	dead, err := r.depth(ctx, q.Dead)
	if err != nil {
		return err
	}
	undelivered, err := r.depth(ctx, q.Undelivered)
	if err != nil {
		return err
	}
	if dead+undelivered > 0 {
		return fmt.Errorf("%w: %s has about %d dead letters and %d that never reached its queue", ports.ErrIncomplete, t.key(), dead, undelivered)
	}
	return nil
}
