package lambdahost

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// newLogger writes JSON lines. Every line that is written with an invocation's
// context has what identifies the invocation, and every error is counted.
func newLogger(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(contextHandler{newLines(out, level)})
}

// newLines names the time and the message as Lambda's own runtimes do. Lambda takes a
// line whose time it does not find for one of level INFO, whatever its level is
// (Lambda Developer Guide, "Log-level filtering").
func newLines(out io.Writer, level slog.Level) slog.Handler {
	return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: lambdacontext.ReplaceAttr})
}

type attrsKey struct{}

// withAttrs gives every line that is logged with the context some attributes.
func withAttrs(ctx context.Context, attrs ...slog.Attr) context.Context {
	before, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	return context.WithValue(ctx, attrsKey{}, append(before[:len(before):len(before)], attrs...))
}

// contextHandler adds the context's attributes, and counts errors by their kind:
// whatever is worth an error in the log is worth a failure in the metrics, and no
// handler has to say it twice.
type contextHandler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h contextHandler) Handle(ctx context.Context, r slog.Record) error {
	if attrs, ok := ctx.Value(attrsKey{}).([]slog.Attr); ok {
		r.AddAttrs(attrs...)
	}
	if r.Level >= slog.LevelError {
		recorderOf(ctx).failed(errorOf(r))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h contextHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return contextHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h contextHandler) WithGroup(name string) slog.Handler {
	return contextHandler{h.Handler.WithGroup(name)}
}

// errorOf finds the error of a log line, nil if it has none.
func errorOf(r slog.Record) (found error) {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			found = err
			return false
		}
		return true
	})
	return found
}
