package awstest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Function acts as Lambda for one consumer, in the test's process. It takes batches
// from the consumer's queue like an event source mapping, passes them to a handler,
// deletes deliveries that did not fail, and writes the handler's log to the function's
// log group. It is for tests that change what a consumer understands;
// internal/testing/e2e runs the real zips.
type Function struct {
	queues ConsumerQueues
	sqs    *sqs.Client
	logs   *cloudwatchlogs.Client
	invoke lambda.Handler

	mu     sync.Mutex
	out    bytes.Buffer
	change func(body string) string
}

// Serve runs a function until the test ends. build returns its handler, which writes
// its log to out.
func Serve(t testing.TB, cfg aws.Config, queues ConsumerQueues, build func(out io.Writer) (lambda.Handler, error)) *Function {
	t.Helper()
	f := &Function{queues: queues, sqs: sqs.NewFromConfig(cfg), logs: cloudwatchlogs.NewFromConfig(cfg), change: func(body string) string { return body }}
	var err error
	if f.invoke, err = build(&f.out); err != nil {
		t.Fatalf("awstest: building a function: %v", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			if err := f.batch(ctx); err != nil && ctx.Err() == nil {
				t.Errorf("awstest: function of %s: %v", queues.Queue, err)
				return
			}
		}
	}()
	t.Cleanup(func() { stop(); <-ended })
	return f
}

// Change replaces the bodies that the consumer receives, as a newer version of the
// sender would.
func (f *Function) Change(change func(body string) string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.change = change
}

func (f *Function) batch(ctx context.Context) error {
	out, err := f.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(f.queues.Queue), MaxNumberOfMessages: 10, WaitTimeSeconds: 1,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil || len(out.Messages) == 0 {
		return err
	}
	f.mu.Lock()
	change := f.change
	f.mu.Unlock()
	var event lambdaevents.SQSEvent
	for _, m := range out.Messages {
		event.Records = append(event.Records, lambdaevents.SQSMessage{
			MessageId: aws.ToString(m.MessageId), Body: change(aws.ToString(m.Body)), Attributes: m.Attributes, EventSource: "aws:sqs",
		})
	}
	failed, err := f.handle(ctx, event)
	if err != nil {
		return err
	}
	if err := f.log(ctx); err != nil {
		return err
	}
	for _, m := range out.Messages {
		if failed[aws.ToString(m.MessageId)] {
			continue // it returns after its visibility timeout
		}
		if _, err := f.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(f.queues.Queue), ReceiptHandle: m.ReceiptHandle}); err != nil {
			return err
		}
	}
	return nil
}

func (f *Function) handle(ctx context.Context, event lambdaevents.SQSEvent) (failed map[string]bool, err error) {
	payload, err := json.Marshal(event)
	if err != nil {
		return nil, err
	}
	answer, err := f.invoke.Invoke(ctx, payload)
	if err != nil {
		return nil, err
	}
	var response lambdaevents.SQSEventResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		return nil, fmt.Errorf("answer %s: %w", answer, err)
	}
	failed = map[string]bool{}
	for _, item := range response.BatchItemFailures {
		failed[item.ItemIdentifier] = true
	}
	return failed, nil
}

// log writes the handler's log to the function's log group.
func (f *Function) log(ctx context.Context) error {
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: aws.String(f.queues.LogGroup), LogStreamName: aws.String(logStream)}
	for text := range strings.Lines(f.out.String()) {
		in.LogEvents = append(in.LogEvents, logstypes.InputLogEvent{Message: aws.String(strings.TrimSpace(text)), Timestamp: aws.Int64(time.Now().UnixMilli())})
	}
	f.out.Reset()
	if len(in.LogEvents) == 0 {
		return nil
	}
	_, err := f.logs.PutLogEvents(ctx, in)
	return err
}
