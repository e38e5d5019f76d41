package lambdahost

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// invocation runs one call of a function. It adds the call's identity and a recorder to the context, logs the
// duration and the attributes from finish, and writes the metrics.
func invocation[T any](ctx context.Context, h *Host, attrs []slog.Attr, handle func(context.Context) (T, error), finish func(context.Context, T, error) []slog.Attr) (T, error) {
	ctx, rec := withRecorder(ctx)
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		attrs = append(attrs, slog.String("lambdaRequestId", lc.AwsRequestID))
	}
	ctx = withAttrs(ctx, attrs...)
	begun := time.Now()
	out, err := guarded(func() (T, error) { return handle(ctx) })
	took := time.Since(begun)
	rec.observe("Duration", took)
	done := append(finish(ctx, out, err), slog.Float64("durationMs", float64(took.Microseconds())/1000))
	h.Log.LogAttrs(ctx, slog.LevelInfo, "invocation done", done...)
	if flushErr := rec.flush(h.out, h.function, h.Now()); flushErr != nil {
		// A failure of the metrics must not fail the call.
		h.Log.WarnContext(ctx, "metrics lost", "error", flushErr)
	}
	return out, err
}
