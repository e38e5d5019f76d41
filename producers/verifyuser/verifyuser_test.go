package verifyuser_test

import (
	"errors"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/producers/verifyuser"
)

func trigger(source string) lambdaevents.CognitoEventUserPoolsPostConfirmation {
	var e lambdaevents.CognitoEventUserPoolsPostConfirmation
	e.TriggerSource, e.UserName = source, "alice"
	e.Request.UserAttributes = map[string]string{"sub": "alice-id", "email": "alice@example.org"}
	return e
}

func TestASignUpIsAnEvent(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	in := trigger("PostConfirmation_ConfirmSignUp")
	out, err := verifyuser.New(verifyuser.Deps{Bus: &bus, Now: handlertest.Now, Log: handlertest.Log})(t.Context(), in)
	if err != nil || !cmp.Equal(in, out) {
		t.Fatalf("%+v, %v", out, err)
	}
	published := bus.Published()
	if len(published) != 1 || !cmp.Equal(published[0].Data, events.Data(events.UserVerified{UserID: "alice-id", Username: "alice"})) {
		t.Errorf("published %+v", published)
	}
	detail, err := events.EncodeDetail(published[0])
	if err != nil || strings.Contains(string(detail), "example.org") {
		t.Errorf("the address is in the event: %s, %v", detail, err)
	}
}

// Cognito calls the same trigger after a forgotten password was reset.
func TestAResetPasswordIsNoSignUp(t *testing.T) {
	t.Parallel()
	var bus handlertest.Bus
	f := verifyuser.New(verifyuser.Deps{Bus: &bus, Now: handlertest.Now, Log: handlertest.Log})
	if _, err := f(t.Context(), trigger("PostConfirmation_ConfirmForgotPassword")); err != nil || len(bus.Published()) != 0 {
		t.Errorf("published %v, %v", bus.Published(), err)
	}
}

// The pool tries again only if the trigger fails, and shows its error to the user.
func TestAFailureIsToldWithoutItsCause(t *testing.T) {
	t.Parallel()
	bus := handlertest.Bus{Err: errors.New("arn:aws:events:secret is out")}
	_, err := verifyuser.New(verifyuser.Deps{Bus: &bus, Now: handlertest.Now, Log: handlertest.Log})(t.Context(), trigger("PostConfirmation_ConfirmSignUp"))
	if err == nil || strings.Contains(err.Error(), "arn:") {
		t.Errorf("got %v", err)
	}
}
