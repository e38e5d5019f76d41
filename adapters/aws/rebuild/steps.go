package rebuild

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/sealpost/sealpost/ports"
)

// stepStream is the log stream with a generation's steps, one JSON document each, in the log group of the
// generation's function. The group exists as long as the generation, and Terraform does not manage streams.
const stepStream = "sealpost-rebuild"

func (r *Rebuilder) logGroup(key string) *string {
	return aws.String("/aws/lambda/" + r.stack.Functions["consumers-"+key])
}

func (r *Rebuilder) record(ctx context.Context, t target, step, detail string) error {
	s := ports.RebuildStep{At: r.now().UTC(), Projection: t.projection, Generation: t.number, Step: step, Detail: detail}
	line, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("recording a step: %w", err)
	}
	group := r.logGroup(t.key())
	_, err = r.logs.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: group, LogStreamName: aws.String(stepStream)})
	var exists *types.ResourceAlreadyExistsException
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("recording a step of %s in %s: %w", t.key(), *group, err)
	}
	out, err := r.logs.PutLogEvents(ctx, &cloudwatchlogs.PutLogEventsInput{
		LogGroupName: group, LogStreamName: aws.String(stepStream),
		LogEvents: []types.InputLogEvent{{Timestamp: aws.Int64(s.At.UnixMilli()), Message: aws.String(string(line))}},
	})
	if err != nil {
		return fmt.Errorf("recording a step of %s in %s: %w", t.key(), *group, err)
	}
	if out.RejectedLogEventsInfo != nil {
		return fmt.Errorf("recording a step of %s in %s: CloudWatch Logs takes none of %s", t.key(), *group, stamp(s.At))
	}
	return nil
}

func (r *Rebuilder) recordAll(ctx context.Context, targets []target, step, detail string) error {
	for _, t := range targets {
		if err := r.record(ctx, t, step, detail); err != nil {
			return err
		}
	}
	return nil
}

// Steps that decide how a later run continues.
const (
	stepLive    = "takes events"
	stepReplay  = "replay started"
	stepDrained = "drained"
)

// filled reports whether the newest replay was followed until its events were consumed. steps are newest
// first.
func filled(steps []ports.RebuildStep) bool {
	for _, s := range steps {
		switch s.Step {
		case stepDrained:
			return true
		case stepReplay:
			return false
		}
	}
	return false
}

const interruptTimeout = 5 * time.Second

// interrupted records why a rebuild stopped, even after the end of the context.
func (r *Rebuilder) interrupted(ctx context.Context, targets []target, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), interruptTimeout)
	defer cancel()
	return r.recordAll(ctx, targets, "interrupted", cause.Error())
}

// steps returns the recorded steps of a generation, none if there is no record.
func (r *Rebuilder) steps(ctx context.Context, key string) ([]ports.RebuildStep, error) {
	in := &cloudwatchlogs.GetLogEventsInput{LogGroupName: r.logGroup(key), LogStreamName: aws.String(stepStream), StartFromHead: aws.Bool(true)}
	var steps []ports.RebuildStep
	for {
		out, err := r.logs.GetLogEvents(ctx, in)
		var none *types.ResourceNotFoundException
		if errors.As(err, &none) {
			return steps, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the record of %s: %w", key, err)
		}
		for _, line := range out.Events {
			var s ports.RebuildStep
			if err := json.Unmarshal([]byte(aws.ToString(line.Message)), &s); err != nil {
				return nil, fmt.Errorf("reading the record of %s: %w", key, err)
			}
			steps = append(steps, s)
		}
		// The last page repeats the token (GetLogEvents API reference).
		if out.NextForwardToken == nil || aws.ToString(out.NextForwardToken) == aws.ToString(in.NextToken) {
			slices.SortStableFunc(steps, func(a, b ports.RebuildStep) int { return b.At.Compare(a.At) })
			return slices.Compact(steps), nil // a repeated call whose answer was lost is recorded twice
		}
		in.NextToken = out.NextForwardToken
	}
}
