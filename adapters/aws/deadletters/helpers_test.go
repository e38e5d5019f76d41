package deadletters_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// world is a consumer without a function: nobody takes what comes into its queue.
type world struct {
	cfg      aws.Config
	sqs      *sqs.Client
	queues   awstest.ConsumerQueues
	consumer deadletters.Consumer
	letters  *deadletters.Letters
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{cfg: emulator.Ministack(t).Config(t)}
	w.sqs = sqs.NewFromConfig(w.cfg)
	w.queues = awstest.Consumer(t, w.cfg, awstest.Name("inbox"), "0")
	w.consumer = deadletters.Consumer{Key: "inbox-1", Queue: w.queues.Queue, Dead: w.queues.Dead, Undelivered: w.queues.Undelivered, LogGroup: w.queues.LogGroup}
	w.letters = deadletters.New(w.cfg, w.all(), time.Now)
	return w
}

func (w *world) all() []deadletters.Consumer { return []deadletters.Consumer{w.consumer} }

// body is what a rule puts into a queue for an event about a message.
func body(t *testing.T, subject string) (text, eventID string) {
	t.Helper()
	ev := events.New(time.Now(), events.MessageRead{MessageID: subject, RecipientID: "somebody"})
	detail, err := events.EncodeDetail(ev)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"version":"0","id":"x","detail-type":"MessageRead","source":"sealpost.messages","account":"1","time":"2026-11-20T10:00:00Z","region":"us-east-1","resources":[],"detail":%s}`, detail), ev.Metadata.ID
}

func (w *world) send(t *testing.T, url, text string, attributes map[string]string) (messageID string) {
	t.Helper()
	in := &sqs.SendMessageInput{QueueUrl: aws.String(url), MessageBody: aws.String(text), MessageAttributes: map[string]types.MessageAttributeValue{}}
	for name, value := range attributes {
		in.MessageAttributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(value)}
	}
	out, err := w.sqs.SendMessage(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.MessageId)
}

// park lets SQS itself move a message to the dead-letter queue: it is received as
// often as it may be.
func (w *world) park(t *testing.T, subject string) (id ports.DeadLetterID, eventID string) {
	t.Helper()
	text, eventID := body(t, subject)
	id = ports.DeadLetterID{Consumer: w.consumer.Key, Delivery: w.send(t, w.consumer.Queue, text, map[string]string{"kept": "yes"})}
	for range awstest.MaxReceives + 1 { // the last one finds nothing: it is moved
		w.receive(t, w.consumer.Queue, 0)
	}
	return id, eventID
}

// receive takes up to ten messages, which are seen again after so many seconds.
func (w *world) receive(t *testing.T, url string, seconds int32) []types.Message {
	t.Helper()
	out, err := w.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(url), MaxNumberOfMessages: 10, VisibilityTimeout: seconds, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Messages
}

// visible are the message ids in a queue that anybody can see at this moment; it
// hides them from itself to find the next.
func (w *world) visible(t *testing.T, url string) (ids []string) {
	t.Helper()
	seen := map[string]string{}
	for found := w.receive(t, url, 30); len(found) > 0; found = w.receive(t, url, 30) {
		for _, m := range found {
			seen[aws.ToString(m.MessageId)] = aws.ToString(m.ReceiptHandle)
		}
	}
	for _, handle := range seen {
		_, err := w.sqs.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: aws.String(url), ReceiptHandle: aws.String(handle)})
		if err != nil {
			t.Fatal(err)
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// say writes a line into the function's log.
func (w *world) say(t *testing.T, at time.Time, text string) {
	t.Helper()
	_, err := cloudwatchlogs.NewFromConfig(w.cfg).PutLogEvents(t.Context(), &cloudwatchlogs.PutLogEventsInput{
		LogGroupName: aws.String(w.queues.LogGroup), LogStreamName: aws.String("all"),
		LogEvents: []logstypes.InputLogEvent{{Message: aws.String(text), Timestamp: aws.Int64(at.UnixMilli())}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func parkedLine(id ports.DeadLetterID, reason string) string {
	return fmt.Sprintf(`{"level":"WARN","message":"delivery goes to the dead-letter queue","deliveryId":%q,"receives":5,"error":%q}`, id.Delivery, reason)
}

func (w *world) list(t *testing.T) ports.DeadLetterList {
	t.Helper()
	listing, err := w.letters.List(t.Context(), ports.DeadLetterFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return listing
}

func (w *world) hold(ctx context.Context, t *testing.T, ids ...ports.DeadLetterID) ports.HeldDeadLetters {
	t.Helper()
	h, err := w.letters.Hold(ctx, ports.DeadLetterFilter{IDs: ids})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func messageIDs(ids ...ports.DeadLetterID) (out []string) {
	for _, id := range ids {
		out = append(out, id.Delivery)
	}
	slices.Sort(out)
	return out
}

func sameSet(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func ids(h ports.HeldDeadLetters) (ids []ports.DeadLetterID) {
	for _, l := range h.List().Letters {
		ids = append(ids, l.ID)
	}
	return ids
}

// as are the present ids of redriven deliveries.
func (w *world) as(t *testing.T, moved ...ports.DeadLetterID) (as []ports.DeadLetterID) {
	t.Helper()
	outcomes, err := w.letters.Outcomes(t.Context(), moved)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range moved {
		as = append(as, outcomes[id].As)
	}
	return as
}
