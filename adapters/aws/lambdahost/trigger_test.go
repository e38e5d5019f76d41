package lambdahost

import (
	"context"
	"errors"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

type confirmation = lambdaevents.CognitoEventUserPoolsPostConfirmation

func confirmed() confirmation {
	return confirmation{CognitoEventUserPoolsHeader: lambdaevents.CognitoEventUserPoolsHeader{
		TriggerSource: "PostConfirmation_ConfirmSignUp", UserName: "Ann",
	}}
}

func TestTheTriggerAnswersWithItsEvent(t *testing.T) {
	t.Parallel()
	h, out := newTestHost(t)
	f := PostConfirmation(h, func(_ context.Context, e confirmation) (confirmation, error) { return e, nil })
	got, err := invoke[confirmation](t, f, confirmed())
	if err != nil || got.UserName != "Ann" {
		t.Errorf("got %+v, error %v", got, err)
	}
	if m := out.metrics(t); m["Failures"] != nil {
		t.Errorf("metrics %v", m)
	}
}

func TestATriggersWordsReachTheUser(t *testing.T) {
	t.Parallel()
	h, out := newTestHost(t)
	f := PostConfirmation(h, func(ctx context.Context, e confirmation) (confirmation, error) {
		h.Log.ErrorContext(ctx, "not published", "error", errStore)
		return e, errors.New("delayed")
	})
	if _, err := invoke[confirmation](t, f, confirmed()); err == nil || err.Error() != "delayed" {
		t.Errorf("error %v, want the trigger's own", err)
	}
	if m := out.metrics(t); m["Failures"] != 1.0 {
		t.Errorf("metrics %v: one failure, logged once", m)
	}
}

func TestAPanicOfATriggerIsNotShownToTheUser(t *testing.T) {
	t.Parallel()
	h, out := newTestHost(t)
	f := PostConfirmation(h, func(context.Context, confirmation) (confirmation, error) { panic("boom") })
	if _, err := invoke[confirmation](t, f, confirmed()); err == nil || strings.Contains(err.Error(), "boom") {
		t.Errorf("error %v, want one without the panic", err)
	}
	if m := out.metrics(t); m["FailuresPanic"] != 1.0 {
		t.Errorf("metrics %v", m)
	}
}

func TestARunThatFailsIsAFailure(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func() error{
		"FailuresOther": func() error { return errStore }, "FailuresPanic": func() error { panic("boom") },
	} {
		h, out := newTestHost(t)
		f := Schedule(h, func(context.Context, lambdaevents.EventBridgeEvent) error { return run() })
		if _, err := invoke[any](t, f, lambdaevents.EventBridgeEvent{}); err == nil {
			t.Errorf("%s: no error", name)
		}
		if m := out.metrics(t); m[name] != 1.0 || m["Failures"] != 1.0 {
			t.Errorf("%s: metrics %v", name, m)
		}
	}
}
