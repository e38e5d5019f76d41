package deadletters

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithytime "github.com/aws/smithy-go/time"
)

// maxBatch is the most entries of one SQS call.
const maxBatch = 10

// rounds is how often entries are sent that failed through SQS's fault.
const rounds = 4

type entries struct {
	well   []string
	failed []types.BatchResultErrorEntry
}

// batchCall makes one call for up to ten messages. The id of an entry is the message's index.
type batchCall func(ctx context.Context, batch []*parked) (entries, error)

// EntryError is SQS's reason for refusing one message of a batch.
type EntryError struct {
	// Code is as in the SQS API reference, such as ReceiptHandleIsInvalid.
	Code, Message string
}

// Error implements error.
func (e *EntryError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

// batch makes a call for messages until each is done or a retry cannot help. It returns the successful
// messages, even with an error.
func (l *Letters) batch(ctx context.Context, left []*parked, call batchCall) (done []*parked, err error) {
	var refused []error
	for round := 1; len(left) > 0; round++ {
		result, err := call(ctx, left)
		if err != nil {
			return done, errors.Join(append(refused, err)...)
		}
		well, again := map[string]bool{}, []*parked{}
		for _, id := range result.well {
			well[id] = true
		}
		failed := map[string]types.BatchResultErrorEntry{}
		for _, f := range result.failed {
			failed[aws.ToString(f.Id)] = f
		}
		var cause error
		for i, p := range left {
			id := strconv.Itoa(i)
			if well[id] {
				done = append(done, p)
				continue
			}
			// An entry without a result failed too.
			f := failed[id]
			cause = &EntryError{Code: aws.ToString(f.Code), Message: aws.ToString(f.Message)}
			if f.SenderFault || round == rounds {
				refused = append(refused, fmt.Errorf("%s: %w", p.id, cause))
			} else {
				again = append(again, p)
			}
		}
		if left = again; len(left) > 0 {
			if err := l.pause(ctx, round, cause); err != nil {
				return done, errors.Join(append(refused, err)...)
			}
		}
	}
	return done, errors.Join(refused...)
}

func (l *Letters) pause(ctx context.Context, round int, cause error) error {
	d, err := l.backoff.BackoffDelay(round, cause)
	if err != nil {
		return fmt.Errorf("waiting to try again: %w", err)
	}
	if err := smithytime.SleepWithContext(ctx, d); err != nil {
		return fmt.Errorf("waiting to try again: %w", err)
	}
	return nil
}

func byQueue(all []*parked) map[string][]*parked {
	queues := map[string][]*parked{}
	for _, p := range all {
		queues[p.url] = append(queues[p.url], p)
	}
	return queues
}

func (l *Letters) changeVisibility(url string, seconds int32) batchCall {
	return func(ctx context.Context, batch []*parked) (entries, error) {
		in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: aws.String(url)}
		for i, p := range batch {
			in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
				Id: aws.String(strconv.Itoa(i)), ReceiptHandle: p.message.ReceiptHandle, VisibilityTimeout: seconds,
			})
		}
		out, err := l.sqs.ChangeMessageVisibilityBatch(ctx, in)
		if err != nil {
			return entries{}, fmt.Errorf("changing what is visible in %s: %w", url, err)
		}
		var result entries
		for _, s := range out.Successful {
			result.well = append(result.well, aws.ToString(s.Id))
		}
		for _, f := range out.Failed {
			if notOurs(aws.ToString(f.Code)) {
				result.well = append(result.well, aws.ToString(f.Id))
			} else {
				result.failed = append(result.failed, f)
			}
		}
		return result, nil
	}
}

// notOurs reports whether a code means that the message is no longer hidden by us: its time ran out, and it
// is visible, received by another client, or deleted.
func notOurs(code string) bool {
	return strings.HasSuffix(code, "MessageNotInflight") || strings.HasSuffix(code, "ReceiptHandleIsInvalid")
}

func (l *Letters) deletion(url string) batchCall {
	return func(ctx context.Context, batch []*parked) (entries, error) {
		in := &sqs.DeleteMessageBatchInput{QueueUrl: aws.String(url)}
		for i, p := range batch {
			in.Entries = append(in.Entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: p.message.ReceiptHandle})
		}
		out, err := l.sqs.DeleteMessageBatch(ctx, in)
		if err != nil {
			return entries{}, fmt.Errorf("deleting from %s: %w", url, err)
		}
		result := entries{failed: out.Failed}
		for _, s := range out.Successful {
			result.well = append(result.well, aws.ToString(s.Id))
		}
		return result, nil
	}
}
