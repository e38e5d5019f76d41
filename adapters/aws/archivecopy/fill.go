package archivecopy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithytime "github.com/aws/smithy-go/time"
	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/events"
)

// ReplayName marks deliveries from the copy. Consumers with side effects refuse every delivery with a replay
// name.
const ReplayName = "archive-copy"

const (
	// batch is the most entries of SendMessageBatch (SQS developer guide, message quotas). Ten events stay
	// below its 256 KB: an event has at most 12 KB (events/limits.go).
	batch = 10
	// senders is how many batches are sent at once.
	senders = 8
	// tries is how often an entry that SQS failed to accept is sent. The waits start at pause and double.
	tries = 6
	pause = 200 * time.Millisecond
)

// Queue is the queue of a consumer's subscription.
type Queue struct {
	URL   string
	Types []events.Type
}

// Fill sends the events of the copy that were published from a time on to consumers' queues, which may be in
// another account. After each batch it calls told with the number of deliveries sent, never concurrently.
// Duplicates, including those after an error, are harmless because projections commute.
func (c *Copy) Fill(ctx context.Context, client *sqs.Client, queues []Queue, from time.Time, told func(sent int64)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(senders)
	var mu sync.Mutex
	var sent int64
	waiting := make([][]types.SendMessageBatchRequestEntry, len(queues))
	send := func(i int) {
		entries := waiting[i]
		waiting[i] = nil
		group.Go(func() error {
			if err := sendBatch(ctx, client, queues[i].URL, entries); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			sent += int64(len(entries))
			told(sent)
			return nil
		})
	}
	err := c.Read(ctx, from, time.Time{}, func(d events.Delivery) error {
		d.ReplayName = ReplayName
		body, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("encoding an event: %w", err)
		}
		for i, q := range queues {
			if !q.takes(d) {
				continue
			}
			waiting[i] = append(waiting[i], types.SendMessageBatchRequestEntry{
				Id: aws.String(strconv.Itoa(len(waiting[i]))), MessageBody: aws.String(string(body)),
			})
			if len(waiting[i]) == batch {
				send(i)
			}
		}
		return ctx.Err()
	})
	for i := range waiting {
		if err == nil && len(waiting[i]) > 0 {
			send(i)
		}
	}
	if failed := group.Wait(); failed != nil {
		return failed // it also stopped the reading
	}
	return err
}

func (q Queue) takes(d events.Delivery) bool {
	return slices.Contains(q.Types, events.Type(d.DetailType))
}

func sendBatch(ctx context.Context, client *sqs.Client, url string, entries []types.SendMessageBatchRequestEntry) error {
	for try, wait := 1, pause; ; try, wait = try+1, 2*wait {
		out, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: aws.String(url), Entries: entries})
		if err != nil {
			return fmt.Errorf("sending events to %s: %w", url, err)
		}
		if len(out.Failed) == 0 {
			return nil
		}
		refused := out.Failed[0]
		if try == tries || refused.SenderFault {
			return fmt.Errorf("sending events to %s: %s: %s", url, aws.ToString(refused.Code), aws.ToString(refused.Message))
		}
		entries = remaining(entries, out.Failed)
		if err := smithytime.SleepWithContext(ctx, wait); err != nil {
			return err
		}
	}
}

func remaining(entries []types.SendMessageBatchRequestEntry, failed []types.BatchResultErrorEntry) []types.SendMessageBatchRequestEntry {
	again := map[string]bool{}
	for _, f := range failed {
		again[aws.ToString(f.Id)] = true
	}
	var left []types.SendMessageBatchRequestEntry
	for _, e := range entries {
		if again[aws.ToString(e.Id)] {
			left = append(left, e)
		}
	}
	return left
}
