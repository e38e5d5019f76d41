package lambdahost

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// invocation runs one call of a function: it gives the context what identifies the
// call and a recorder, logs how long it took, and writes the metrics. What finish
// returns goes into the log line.
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
		// The call went as it went; its metrics must not change that.
		h.Log.WarnContext(ctx, "metrics lost", "error", flushErr)
	}
	return out, err
}
