package lambdahost

import (
	"context"
	"errors"
	"log/slog"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// PostConfirmation hosts a user pool's post-confirmation trigger. An error is shown
// to whoever signs up, so the trigger chooses its words and logs the cause itself.
func PostConfirmation(h *Host, f func(context.Context, lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error)) lambda.Handler {
	type event = lambdaevents.CognitoEventUserPoolsPostConfirmation
	return lambda.NewHandler(func(ctx context.Context, e event) (event, error) {
		var cause error
		out, err := invocation(ctx, h, nil,
			func(ctx context.Context) (event, error) {
				answer, err := f(ctx, e)
				cause = err // stays nil when f panics
				return answer, err
			},
			func(ctx context.Context, _ event, err error) []slog.Attr {
				if err != nil && cause == nil {
					h.Log.ErrorContext(ctx, "trigger failed", "error", err)
				}
				return []slog.Attr{slog.String("trigger", e.TriggerSource), slog.Bool("failed", err != nil)}
			})
		if err != nil && cause == nil {
			return e, errTrigger
		}
		return out, err
	})
}

// errTrigger is what whoever signs up sees of a panic.
var errTrigger = errors.New("your account is confirmed, but setting it up is delayed")

// Schedule hosts a function behind a scheduled rule.
func Schedule(h *Host, f func(context.Context, lambdaevents.EventBridgeEvent) error) lambda.Handler {
	return lambda.NewHandler(func(ctx context.Context, e lambdaevents.EventBridgeEvent) error {
		_, err := invocation(ctx, h, nil,
			func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx, e) },
			func(ctx context.Context, _ struct{}, err error) []slog.Attr {
				if err != nil {
					h.Log.ErrorContext(ctx, "run failed", "error", err)
				}
				return []slog.Attr{slog.Bool("failed", err != nil)}
			})
		return err
	})
}
