package lambdahost

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// Confirmed is a user pool's post-confirmation trigger.
type Confirmed func(context.Context, lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error)

// SignedIn is a user pool's post-authentication trigger.
type SignedIn func(context.Context, lambdaevents.CognitoEventUserPoolsPostAuthentication) (lambdaevents.CognitoEventUserPoolsPostAuthentication, error)

// UserPool hosts both triggers in one function. Errors are shown to the user, so a trigger chooses its words
// and logs the cause itself. A panic at a sign-in is logged and counted, and the sign-in continues.
func UserPool(h *Host, confirmed Confirmed, signedIn SignedIn) lambda.Handler {
	return lambda.NewHandler(func(ctx context.Context, raw json.RawMessage) (any, error) {
		var header lambdaevents.CognitoEventUserPoolsHeader
		if err := json.Unmarshal(raw, &header); err != nil {
			return nil, errTrigger
		}
		switch kind, _, _ := strings.Cut(header.TriggerSource, "_"); kind {
		case "PostConfirmation":
			return trigger(ctx, h, raw, header.TriggerSource, confirmed, errTrigger)
		case "PostAuthentication":
			return trigger(ctx, h, raw, header.TriggerSource, signedIn, nil)
		}
		return nil, errTrigger // the pool has this function on a trigger that it does not implement
	})
}

// trigger answers a panic with onPanic.
func trigger[E any](ctx context.Context, h *Host, raw json.RawMessage, source string, f func(context.Context, E) (E, error), onPanic error) (any, error) {
	var e E
	if err := json.Unmarshal(raw, &e); err != nil {
		h.Log.ErrorContext(ctx, "trigger's event not read", "trigger", source, "error", err)
		return raw, onPanic
	}
	var cause error
	out, err := invocation(ctx, h, nil,
		func(ctx context.Context) (E, error) {
			answer, err := f(ctx, e)
			cause = err // stays nil if f panics
			return answer, err
		},
		func(ctx context.Context, _ E, err error) []slog.Attr {
			if err != nil && cause == nil {
				h.Log.ErrorContext(ctx, "trigger failed", "error", err)
			}
			return []slog.Attr{slog.String("trigger", source), slog.Bool("failed", err != nil)}
		})
	if err != nil && cause == nil {
		return e, onPanic
	}
	return out, err
}

// errTrigger is shown to the user after a panic at a confirmation.
var errTrigger = errors.New("your account is confirmed, but setting it up is delayed")

// PreSignUp hosts a user pool's pre-sign-up trigger. An error refuses the sign-up and is shown to the caller,
// so the trigger chooses its words and logs the cause itself.
func PreSignUp(h *Host, f func(context.Context, lambdaevents.CognitoEventUserPoolsPreSignup) (lambdaevents.CognitoEventUserPoolsPreSignup, error)) lambda.Handler {
	return lambda.NewHandler(func(ctx context.Context, raw json.RawMessage) (any, error) {
		return trigger(ctx, h, raw, "PreSignUp", f, errPreSignUp)
	})
}

// errPreSignUp is shown to the caller after a panic at a sign-up.
var errPreSignUp = errors.New("the username cannot be checked now")
