package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

func noop(context.Context) error { return nil }

func TestEveryMissingVariableIsNamed(t *testing.T) {
	t.Parallel()
	_, err := start(t.Context(), func(string) (string, bool) { return "", false }, &output{}, func(h *Host) (lambda.Handler, error) {
		h.Env.Required("SEALPOST_ONE")
		h.Env.Required("SEALPOST_TWO")
		return nil, errors.New("a constructor choked on an empty setting")
	})
	if err == nil || !strings.Contains(err.Error(), "SEALPOST_ONE is not set") || !strings.Contains(err.Error(), "SEALPOST_TWO is not set") {
		t.Errorf("error %v, want both names", err)
	}
}

func TestAStartThatIsWired(t *testing.T) {
	t.Parallel()
	f, err := start(t.Context(), func(string) (string, bool) { return "set", true }, &output{}, func(*Host) (lambda.Handler, error) {
		return lambda.NewHandler(noop), nil
	})
	if err == nil || f != nil {
		t.Errorf("SEALPOST_LOG_LEVEL=set was taken") // it is no level
	}
	values := map[string]string{"SEALPOST_LOG_LEVEL": "warn"}
	lookup := func(name string) (string, bool) { v, ok := values[name]; return v, ok }
	if f, err = start(t.Context(), lookup, &output{}, func(*Host) (lambda.Handler, error) { return lambda.NewHandler(noop), nil }); err != nil || f == nil {
		t.Errorf("handler %v, error %v", f, err)
	}
}

func TestVariablesThatAreWrong(t *testing.T) {
	t.Parallel()
	const secret = "c2VjcmV0LXRoYXQtaXMtdG9vLXNob3J0"
	for name, read := range map[string]func(*Env){
		"wrong choice": func(e *Env) { e.OneOf("V", "per-user", "shared") },
		"not base64":   func(e *Env) { e.Secret("V", 32) },
		"no duration":  func(e *Env) { e.Duration("V", time.Minute) },
		"no number":    func(e *Env) { e.Int("V", 5) },
	} {
		e := envOf(map[string]string{"V": secret})
		read(e)
		if err := e.Err(); err == nil || !strings.HasPrefix(err.Error(), "V is ") {
			t.Errorf("%s: error %v, want one that names V", name, err)
		} else if name == "not base64" && strings.Contains(err.Error(), secret) {
			t.Errorf("the error has the secret: %v", err)
		}
	}
	if e := envOf(map[string]string{"V": "-1s"}); e.Duration("V", time.Minute) > 0 || e.Err() == nil {
		t.Error("a negative duration was taken")
	}
}

func TestKindsOfFailures(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"Panic":        fmt.Errorf("x: %w", delivery.ErrPanic),
		"UnknownEvent": fmt.Errorf("x: %w", events.ErrUnknownEvent),
		"InvalidEvent": fmt.Errorf("x: %w", events.ErrInvalid),
		"Unpublished":  fmt.Errorf("x: %w", &ports.PublishError{Cause: errStore}),
		"Throttled":    fmt.Errorf("x: %w", &smithy.GenericAPIError{Code: "ProvisionedThroughputExceededException"}),
		"Denied":       fmt.Errorf("x: %w", &smithy.GenericAPIError{Code: "AccessDeniedException"}),
		"Timeout":      fmt.Errorf("x: %w", context.DeadlineExceeded),
		"Other":        errStore,
	} {
		if got := kind(err); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
	if got := kind(nil); got != "Other" {
		t.Errorf("an error line without an error is %s, want Other", got)
	}
}

type fakeBus struct{ err error }

func (b fakeBus) Publish(context.Context, ...events.Event) error { return b.err }

type fakeKeys struct{}

func (fakeKeys) GenerateDataKey(context.Context, ports.User, ports.EncryptionContext) (ports.DataKey, error) {
	return ports.DataKey{}, nil
}

func (fakeKeys) OpenDataKey(context.Context, ports.Caller, string, []byte, ports.EncryptionContext) ([]byte, error) {
	return nil, nil
}

func TestPortsAreMeasured(t *testing.T) {
	t.Parallel()
	evs := make([]events.Event, 3)
	ctx, r := withRecorder(t.Context())
	for _, b := range []fakeBus{{nil}, {&ports.PublishError{Failed: evs[:1]}}, {errStore}} {
		if err := MeasureBus(b).Publish(ctx, evs...); !errors.Is(err, b.err) {
			t.Errorf("error %v, want %v", err, b.err)
		}
	}
	_, _ = MeasureGenerator(fakeKeys{}).GenerateDataKey(ctx, ports.User{}, nil)
	_, _ = MeasureOpener(fakeKeys{}).OpenDataKey(ctx, ports.Caller{}, "", nil, nil)
	if got := r.values["EventsPublished"][0]; got != 5 {
		t.Errorf("%v published, want 3 + 2 + 0", got)
	}
	if len(r.values["EncryptionLatency"]) != 1 || len(r.values["DecryptionLatency"]) != 1 {
		t.Errorf("values %v", r.values)
	}
}

func TestGroupsAndAttributesKeepTheContext(t *testing.T) {
	t.Parallel()
	out := &output{}
	log := newLogger(out, slog.LevelInfo).With("consumer", "inbox")
	ctx := withAttrs(withAttrs(t.Context(), slog.String("a", "1")), slog.String("b", "2"))
	log.InfoContext(ctx, "hello")
	if l := out.log(t, "hello")[0]; l["a"] != "1" || l["b"] != "2" || l["consumer"] != "inbox" {
		t.Errorf("line %v", l)
	}
}

// Lambda looks for these names, and takes a line without them for an INFO.
func TestLinesAreNamedAsLambdaNamesThem(t *testing.T) {
	t.Parallel()
	out := &output{}
	newLogger(out, slog.LevelInfo).Error("broken")
	l := out.lines(t)[0]
	if _, err := time.Parse(time.RFC3339, fmt.Sprint(l["timestamp"])); err != nil || l["level"] != "ERROR" || l["message"] != "broken" {
		t.Errorf("line %v: %v", l, err)
	}
}
