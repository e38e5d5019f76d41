package lambdahost

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// newLogger returns a logger that writes JSON lines. Lines with an invocation's context include its identity,
// and errors are counted.
func newLogger(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(contextHandler{newLines(out, level)})
}

// newLines names the time and the message as Lambda's own runtimes do. Lambda treats a line without a time as
// level INFO, whatever its level is (Lambda Developer Guide, "Log-level filtering").
func newLines(out io.Writer, level slog.Level) slog.Handler {
	return slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: lambdacontext.ReplaceAttr})
}

type attrsKey struct{}

func withAttrs(ctx context.Context, attrs ...slog.Attr) context.Context {
	before, _ := ctx.Value(attrsKey{}).([]slog.Attr)
	return context.WithValue(ctx, attrsKey{}, append(before[:len(before):len(before)], attrs...))
}

// contextHandler adds the context's attributes, and counts every logged error by its kind, so that handlers
// need not report an error twice.
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

// errorOf returns the error in a log line, or nil.
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
