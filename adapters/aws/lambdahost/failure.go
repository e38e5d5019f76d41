package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// kind returns the kind of an error, as the suffix of a metric's name.
func kind(err error) string {
	var unpublished *ports.PublishError
	switch {
	case errors.Is(err, delivery.ErrPanic):
		return "Panic"
	case errors.Is(err, events.ErrUnknownEvent):
		return "UnknownEvent"
	case errors.Is(err, events.ErrInvalid):
		return "InvalidEvent"
	case errors.As(err, &unpublished):
		return "Unpublished"
	case throttled(err):
		return "Throttled"
	case denied(err):
		return "Denied"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "Timeout"
	}
	return "Other"
}

func throttled(err error) bool {
	_, ok := retry.DefaultThrottleErrorCodes[code(err)]
	return ok
}

func denied(err error) bool { return strings.HasPrefix(code(err), "AccessDenied") }

// code returns the AWS error code of an error, or "".
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// guarded runs f and turns a panic into an error. Otherwise Lambda would end the process and lose everything
// that is cached.
func guarded[T any](f func() (T, error)) (out T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", delivery.ErrPanic, p, debug.Stack())
		}
	}()
	return f()
}
