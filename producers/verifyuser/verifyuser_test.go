package verifyuser_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/producers/verifyuser"
)

// world is the directory and the bus.
type world struct {
	ports.UserDirectory
	handlertest.Bus
	known  bool
	lookup func(context.Context) error
}

func (w *world) ByID(ctx context.Context, id string) (ports.User, error) {
	if w.lookup != nil {
		return ports.User{}, w.lookup(ctx)
	}
	if !w.known {
		return ports.User{}, ports.ErrNotFound
	}
	return ports.User{ID: id}, nil
}

func (w *world) producer() *verifyuser.Producer {
	return verifyuser.New(verifyuser.Deps{Users: w, Bus: w, Now: handlertest.Now, Log: handlertest.Log})
}

// announced checks that alice was announced n times, without her address.
func (w *world) announced(t *testing.T, n int) {
	t.Helper()
	published := w.Published()
	if len(published) != n {
		t.Fatalf("published %+v, want %d events", published, n)
	}
	for _, ev := range published {
		if !cmp.Equal(ev.Data, events.Data(events.UserVerified{UserID: "alice-id", Username: "alice"})) {
			t.Errorf("published %+v", ev)
		}
		if detail, err := events.EncodeDetail(ev); err != nil || strings.Contains(string(detail), "example.org") {
			t.Errorf("the address is in the event: %s, %v", detail, err)
		}
	}
}

var alice = map[string]string{"sub": "alice-id", "email": "alice@example.org"}

func confirmation(source string) (e lambdaevents.CognitoEventUserPoolsPostConfirmation) {
	e.TriggerSource, e.UserName, e.Request.UserAttributes = source, "alice", alice
	return e
}

func signIn() (e lambdaevents.CognitoEventUserPoolsPostAuthentication) {
	e.TriggerSource, e.UserName, e.Request.UserAttributes = "PostAuthentication_Authentication", "alice", alice
	return e
}

func TestASignUpIsAnEvent(t *testing.T) {
	t.Parallel()
	var w world
	in := confirmation("PostConfirmation_ConfirmSignUp")
	out, err := w.producer().Confirmed(t.Context(), in)
	if err != nil || !cmp.Equal(in, out) {
		t.Fatalf("%+v, %v", out, err)
	}
	w.announced(t, 1)
}

// Cognito calls the same trigger after a forgotten password was reset.
func TestAResetPasswordIsNoSignUp(t *testing.T) {
	t.Parallel()
	var w world
	if _, err := w.producer().Confirmed(t.Context(), confirmation("PostConfirmation_ConfirmForgotPassword")); err != nil {
		t.Error(err)
	}
	w.announced(t, 0)
}

// The pool tries again only if the trigger fails, and shows its error to the user.
func TestAFailureIsToldWithoutItsCause(t *testing.T) {
	t.Parallel()
	w := world{Bus: handlertest.Bus{Err: errors.New("arn:aws:events:secret is out")}}
	_, err := w.producer().Confirmed(t.Context(), confirmation("PostConfirmation_ConfirmSignUp"))
	if err == nil || strings.Contains(err.Error(), "arn:") {
		t.Errorf("got %v", err)
	}
}

func TestASignInRepairsWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		known bool
		want  int
	}{
		"missing": {false, 1}, "there": {true, 0},
	} {
		w := world{known: c.known}
		out, err := w.producer().SignedIn(t.Context(), signIn())
		if err != nil || !cmp.Equal(signIn(), out) {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
		w.announced(t, c.want)
	}
}

// Every failure of a trigger at a sign-in would keep the user out.
func TestASignInNeverFails(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	for name, w := range map[string]*world{
		"the directory": {lookup: func(context.Context) error { return out }},
		"the bus":       {Bus: handlertest.Bus{Err: out}},
		"a store that hangs": {lookup: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				if e, err := w.producer().SignedIn(t.Context(), signIn()); err != nil || !cmp.Equal(signIn(), e) {
					t.Errorf("%+v, %v", e, err)
				}
				if took := time.Since(began); took > 4*time.Second {
					t.Errorf("took %v: Cognito gives up after 5 seconds", took)
				}
			})
		})
	}
}
