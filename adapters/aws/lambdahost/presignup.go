package lambdahost

import (
	"context"
	"errors"
	"log/slog"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// PreSignUp hosts a user pool's pre-sign-up trigger. An error refuses the sign-up and is
// shown to the caller, so the trigger chooses its words and logs the cause itself.
func PreSignUp(h *Host, f func(context.Context, lambdaevents.CognitoEventUserPoolsPreSignup) (lambdaevents.CognitoEventUserPoolsPreSignup, error)) lambda.Handler {
	type event = lambdaevents.CognitoEventUserPoolsPreSignup
	return lambda.NewHandler(func(ctx context.Context, e event) (event, error) {
		var refusal error
		_, err := invocation(ctx, h, nil,
			func(ctx context.Context) (struct{}, error) {
				_, refusal = f(ctx, e) // stays nil when f panics
				return struct{}{}, refusal
			},
			func(ctx context.Context, _ struct{}, err error) []slog.Attr {
				if err != nil && refusal == nil {
					h.Log.ErrorContext(ctx, "trigger failed", "error", err)
				}
				return []slog.Attr{slog.String("trigger", e.TriggerSource), slog.Bool("refused", err != nil)}
			})
		if err != nil && refusal == nil {
			return e, errPreSignUp
		}
		return e, err
	})
}

// errPreSignUp is what a caller sees of a panic.
var errPreSignUp = errors.New("The username cannot be checked now") //nolint:staticcheck // a sentence for the user
