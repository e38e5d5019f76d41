package delivery

import "context"

type failureKey struct{}

// WithFailures registers a function that receives the reason of each failed delivery.
// The answer to a batch has only the failed ids, and a dead letter needs its reason
// too.
func WithFailures(ctx context.Context, tell func(deliveryID string, reason error)) context.Context {
	return context.WithValue(ctx, failureKey{}, tell)
}

func tell(ctx context.Context, deliveryID string, reason error) {
	if f, ok := ctx.Value(failureKey{}).(func(string, error)); ok {
		f(deliveryID, reason)
	}
}
