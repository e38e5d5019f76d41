package lambdahost

import (
	"context"
	"log/slog"
	"strconv"
	"sync"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
)

// Consumer hosts a consumer behind a queue's event source mapping. It takes the results of a consumer's
// constructor: Consumer(h)(inbox.New(deps)).
func Consumer(h *Host) func(*delivery.Consumer, error) (lambda.Handler, error) {
	return func(c *delivery.Consumer, err error) (lambda.Handler, error) {
		if err != nil {
			return nil, err
		}
		return Queue(h, c), nil
	}
}

// Queue hosts a handler of a queue's batches.
func Queue(h *Host, c interface {
	Handle(ctx context.Context, batch lambdaevents.SQSEvent) (lambdaevents.SQSEventResponse, error)
},
) lambda.Handler {
	return lambda.NewHandler(func(ctx context.Context, batch lambdaevents.SQSEvent) (lambdaevents.SQSEventResponse, error) {
		var failures failures
		ctx = delivery.WithFailures(ctx, failures.tell)
		return invocation(ctx, h, nil,
			func(ctx context.Context) (lambdaevents.SQSEventResponse, error) { return c.Handle(ctx, batch) },
			func(ctx context.Context, out lambdaevents.SQSEventResponse, err error) []slog.Attr {
				if err != nil { // the consumer recovers its own panics; this covers the host's
					h.Log.ErrorContext(ctx, "batch failed", "error", err)
				}
				for _, record := range batch.Records {
					reason := failures.of(record.MessageId)
					if err != nil {
						reason = err
					}
					h.account(ctx, record, reason)
				}
				return []slog.Attr{slog.Int("deliveries", len(batch.Records)), slog.Int("failed", len(out.BatchItemFailures))}
			})
	})
}

// failures has the errors of failed deliveries by their id.
type failures struct {
	mu      sync.Mutex
	reasons map[string]error
}

func (f *failures) tell(deliveryID string, reason error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reasons == nil {
		f.reasons = map[string]error{}
	}
	f.reasons[deliveryID] = reason
}

func (f *failures) of(deliveryID string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reasons[deliveryID]
}

// account logs and counts the outcome of one delivery.
func (h *Host) account(ctx context.Context, record lambdaevents.SQSMessage, reason error) {
	receives, _ := strconv.Atoi(record.Attributes["ApproximateReceiveCount"])
	attrs := []slog.Attr{slog.String("deliveryId", record.MessageId), slog.Int("receives", receives)}
	d, ev, decoded := decode(record)
	if decoded {
		attrs = append(attrs, slog.String("eventId", ev.Metadata.ID), slog.String("type", string(ev.Type())),
			slog.String("correlationId", ev.Metadata.CorrelationID), slog.String("traceparent", ev.Metadata.Traceparent))
	}
	switch {
	case reason == nil:
		recorderOf(ctx).add("EventsConsumed", 1)
		if decoded && !d.Replayed() { // the age of a replayed event means nothing
			recorderOf(ctx).observe("EventLag", max(0, h.Now().Sub(ev.Metadata.Time)))
		}
		h.Log.LogAttrs(ctx, slog.LevelInfo, "delivery handled", attrs...)
	case receives >= h.maxReceives:
		// SQS moves the message now and keeps its id, by which this line is found: the only record of the
		// reason (docs/aws-functions.md). It is a warning because the failure itself was logged and counted
		// as an error.
		recorderOf(ctx).add("DeadLetters", 1)
		h.Log.LogAttrs(ctx, slog.LevelWarn, "delivery goes to the dead-letter queue", append(attrs, slog.Any("error", reason))...)
	}
}

func decode(record lambdaevents.SQSMessage) (events.Delivery, events.Event, bool) {
	d, err := events.DecodeDelivery([]byte(record.Body))
	if err != nil {
		return d, events.Event{}, false
	}
	ev, err := d.Event()
	return d, ev, err == nil
}
