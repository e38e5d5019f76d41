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
	f := UserPool(h, func(_ context.Context, e confirmation) (confirmation, error) { return e, nil }, nil)
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
	f := UserPool(h, func(ctx context.Context, e confirmation) (confirmation, error) {
		h.Log.ErrorContext(ctx, "not published", "error", errStore)
		return e, errors.New("delayed")
	}, nil)
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
	f := UserPool(h, func(context.Context, confirmation) (confirmation, error) { panic("boom") }, nil)
	if _, err := invoke[confirmation](t, f, confirmed()); err == nil || strings.Contains(err.Error(), "boom") {
		t.Errorf("error %v, want one without the panic", err)
	}
	if m := out.metrics(t); m["FailuresPanic"] != 1.0 {
		t.Errorf("metrics %v", m)
	}
}

type signIn = lambdaevents.CognitoEventUserPoolsPostAuthentication

func TestASignInGoesOnAfterAPanic(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		signedIn SignedIn
		failures any
	}{
		"well":    {func(_ context.Context, e signIn) (signIn, error) { return e, nil }, nil},
		"a panic": {func(context.Context, signIn) (signIn, error) { panic("boom") }, 1.0},
	} {
		h, out := newTestHost(t)
		in := signIn{Request: lambdaevents.CognitoEventUserPoolsPostAuthenticationRequest{NewDeviceUsed: true}}
		in.TriggerSource, in.UserName = "PostAuthentication_Authentication", "Ann"
		got, err := invoke[signIn](t, UserPool(h, nil, c.signedIn), in)
		if err != nil || got.UserName != "Ann" || !got.Request.NewDeviceUsed {
			t.Errorf("%s: got %+v, error %v", name, got, err)
		}
		if m := out.metrics(t); m["Failures"] != c.failures {
			t.Errorf("%s: metrics %v", name, m)
		}
	}
}

// A refusal reaches the user and is no failure of the function; a panic is one, and
// does not reach the user.
func TestPreSignUp(t *testing.T) {
	t.Parallel()
	type event = lambdaevents.CognitoEventUserPoolsPreSignup
	in := event{CognitoEventUserPoolsHeader: lambdaevents.CognitoEventUserPoolsHeader{TriggerSource: "PreSignUp_SignUp", UserName: "Ann"}}
	for name, c := range map[string]struct {
		run      func() error
		want     string
		failures any
	}{
		"allowed": {func() error { return nil }, "", nil},
		"refused": {func() error { return errors.New("reserved") }, "reserved", nil},
		"panic":   {func() error { panic("boom") }, errPreSignUp.Error(), 1.0},
	} {
		h, out := newTestHost(t)
		got, err := invoke[event](t, PreSignUp(h, func(_ context.Context, e event) (event, error) { return e, c.run() }), in)
		if c.want == "" && (err != nil || got.UserName != "Ann") || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
		if m := out.metrics(t); m["FailuresPanic"] != c.failures {
			t.Errorf("%s: metrics %v", name, m)
		}
	}
}
