package delivery

import (
	"context"
	"log/slog"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// Bodies handles batches of a queue that does not hold bus events.
type Bodies struct {
	log   *slog.Logger
	react func(ctx context.Context, body []byte) error
}

// NewBodies returns a consumer that gets only the body of each delivery.
func NewBodies(name string, log *slog.Logger, react func(ctx context.Context, body []byte) error) *Bodies {
	return &Bodies{log.With("consumer", name), react}
}

// Handle is like [Consumer.Handle].
func (b *Bodies) Handle(ctx context.Context, batch lambdaevents.SQSEvent) (lambdaevents.SQSEventResponse, error) {
	failures := make([]error, len(batch.Records))
	for i, record := range batch.Records {
		failures[i] = b.guard(ctx, []byte(record.Body))
	}
	return report(ctx, b.log, batch, failures), nil
}

func (b *Bodies) guard(ctx context.Context, body []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	return b.react(ctx, body)
}
