package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/events"
)

// Consumer handles batches of deliveries for one of the consumers in
// subscriptions.json.
type Consumer struct {
	subscription events.Subscription
	log          *slog.Logger
	react        func(ctx context.Context, evs []events.Event) []error
}

// New returns a consumer that handles each event by the route of its type. It must have
// a route for exactly the types that the consumer subscribes to.
func New(name string, log *slog.Logger, routes ...Route) (*Consumer, error) {
	table, err := newTable(routes)
	if err != nil {
		return nil, fmt.Errorf("consumer %s: %w", name, err)
	}
	c, err := NewBatch(name, log, table.each)
	if err != nil {
		return nil, err
	}
	if err := table.covers(c.subscription); err != nil {
		return nil, fmt.Errorf("consumer %s: %w", name, err)
	}
	return c, nil
}

// NewBatch returns a consumer that handles all events of a batch at once and returns an
// error, or nil, for each.
func NewBatch(name string, log *slog.Logger, react func(ctx context.Context, evs []events.Event) []error) (*Consumer, error) {
	s, err := events.SubscriptionOf(name)
	if err != nil {
		return nil, err
	}
	return &Consumer{subscription: s, log: log.With("consumer", name), react: react}, nil
}

// Handle is the consumer as a Lambda function behind an event source mapping with
// ReportBatchItemFailures. It never returns an error, because that would fail the whole
// batch, including the deliveries that succeeded.
func (c *Consumer) Handle(ctx context.Context, batch lambdaevents.SQSEvent) (lambdaevents.SQSEventResponse, error) {
	failures := make([]error, len(batch.Records))
	var evs []events.Event
	var places []int // evs[i] is record places[i] of the batch
	for i, record := range batch.Records {
		ev, act, err := c.decode(ctx, record)
		if err != nil {
			failures[i] = err
		} else if act {
			evs, places = append(evs, ev), append(places, i)
		}
	}
	if len(evs) > 0 {
		for i, err := range c.guard(ctx, evs) {
			failures[places[i]] = err
		}
	}
	return report(ctx, c.log, batch, failures), nil
}

// React handles decoded events as Handle does those of a queue, and returns an error,
// or nil, for each. The events must be of types that the consumer subscribes to, and no
// replays.
func (c *Consumer) React(ctx context.Context, evs []events.Event) []error { return c.guard(ctx, evs) }

// decode returns the event of a delivery and whether to act on it.
func (c *Consumer) decode(ctx context.Context, record lambdaevents.SQSMessage) (ev events.Event, act bool, err error) {
	d, err := events.DecodeDelivery([]byte(record.Body))
	if err != nil {
		return ev, false, err
	}
	ev, err = d.Event()
	if err != nil {
		return ev, false, err
	}
	if !c.subscription.Takes(ev.Type()) {
		return ev, false, fmt.Errorf("%w: %s is not for consumer %s", events.ErrUnknownEvent, ev.Type(), c.subscription.Consumer)
	}
	if d.Replayed() && !c.subscription.Replays {
		// The rule excludes replays already. If it ever fails to, users must not get
		// their old e-mails again.
		c.log.WarnContext(ctx, "replayed event not acted on", "eventId", ev.Metadata.ID, "replay", d.ReplayName)
		return ev, false, nil
	}
	return ev, true, nil
}

// guard turns a panic into a failure of every event of the batch. Consumers built with
// New also guard each event alone.
func (c *Consumer) guard(ctx context.Context, evs []events.Event) (errs []error) {
	defer func() {
		if p := recover(); p != nil {
			errs = slices.Repeat([]error{panicked(p)}, len(evs))
		}
	}()
	errs = c.react(ctx, evs)
	if len(errs) != len(evs) { // unknown which events succeeded
		return slices.Repeat([]error{fmt.Errorf("consumer gave %d outcomes for %d events", len(errs), len(evs))}, len(evs))
	}
	return errs
}

func report(ctx context.Context, log *slog.Logger, batch lambdaevents.SQSEvent, failures []error) lambdaevents.SQSEventResponse {
	// An empty list, never null. An event source mapping takes null for a malformed
	// answer and retries the whole batch.
	out := lambdaevents.SQSEventResponse{BatchItemFailures: []lambdaevents.SQSBatchItemFailure{}}
	for i, err := range failures {
		if err == nil {
			continue
		}
		id := batch.Records[i].MessageId
		log.ErrorContext(ctx, "delivery failed", "deliveryId", id, "error", err)
		tell(ctx, id, err)
		out.BatchItemFailures = append(out.BatchItemFailures, lambdaevents.SQSBatchItemFailure{ItemIdentifier: id})
	}
	return out
}
