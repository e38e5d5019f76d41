package signup_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/producers/signup"
)

// registry is a NameRegistry in a map.
type registry struct {
	held map[string]ports.Reservation
	err  error
}

func (r *registry) Reserve(_ context.Context, n ports.Reservation) (ports.Reservation, error) {
	if r.err != nil {
		return ports.Reservation{}, r.err
	}
	for _, s := range n.Skeletons {
		if other, held := r.held[s]; held && other.Name != n.Name {
			return other, ports.ErrNameTaken
		}
	}
	for _, s := range n.Skeletons {
		r.held[s] = ports.Reservation{Name: n.Name, Skeletons: []string{s}, At: n.At}
	}
	return ports.Reservation{}, nil
}

func (r *registry) Release(_ context.Context, n ports.Reservation) error {
	delete(r.held, n.Skeletons[0])
	return nil
}

// directory has users by name.
type directory struct {
	ports.UserDirectory
	users map[string]bool
	err   error
}

func (d directory) ByUsername(_ context.Context, name string) (ports.User, error) {
	if d.err != nil || d.users[name] {
		return ports.User{Username: name}, d.err
	}
	return ports.User{}, ports.ErrNotFound
}

type world struct {
	names *registry
	users directory
	now   time.Time
}

func newWorld() *world {
	return &world{&registry{held: map[string]ports.Reservation{}}, directory{users: map[string]bool{}}, handlertest.Now()}
}

func (w *world) signUp(t *testing.T, name string) error {
	t.Helper()
	var e lambdaevents.CognitoEventUserPoolsPreSignup
	e.TriggerSource, e.UserName = "PreSignUp_SignUp", name
	deps := signup.Deps{Names: w.names, Users: w.users, Now: func() time.Time { return w.now }, Log: handlertest.Log}
	out, err := signup.New(deps)(t.Context(), e)
	if diff := cmp.Diff(e, out); diff != "" {
		t.Errorf("the event was changed: %s", diff)
	}
	return err
}

func TestLookAlikesOfAnotherNameAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for range 2 { // a retry
		if err := w.signUp(t, "alice"); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a1ice", "ALICE", "aIice", "аlice", "alice\ufe0f", "admin", ""} {
		err := w.signUp(t, name)
		if err == nil {
			t.Errorf("%q is taken", name)
		} else if name != "" && strings.Contains(err.Error(), name) {
			t.Errorf("the refusal quotes the name: %v", err)
		}
	}
	for _, name := range []string{"alicia", "алиса", "bob"} {
		if err := w.signUp(t, name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A name that was never confirmed gives way after a day; a registered one never.
func TestWhatWasNotConfirmedGivesWay(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.signUp(t, "ELLA"); err != nil { // has two skeletons
		t.Fatal(err)
	}
	w.now = w.now.Add(24*time.Hour - time.Millisecond)
	if err := w.signUp(t, "ella"); err == nil {
		t.Error("taken while the other's code is valid")
	}
	w.now = w.now.Add(time.Millisecond)
	w.users.users["ELLA"] = true
	if err := w.signUp(t, "ella"); err == nil {
		t.Error("taken from a registered user")
	}
	w.users.users["ELLA"] = false
	if err := w.signUp(t, "ella"); err != nil {
		t.Error(err)
	}
	if err := w.signUp(t, "ELLA"); err == nil {
		t.Error("taken back at once")
	}
	w.now = w.now.Add(-48 * time.Hour) // the clock goes back
	if err := w.signUp(t, "e1la"); err == nil {
		t.Error("a clock that goes back frees names")
	}
}

func TestFailuresAreNotQuoted(t *testing.T) {
	t.Parallel()
	failure := errors.New("arn:aws:dynamodb:secret is out")
	w := newWorld()
	w.names.err = failure
	first := w.signUp(t, "alice")
	w = newWorld()
	_ = w.signUp(t, "alice")
	w.now, w.users.err = w.now.Add(48*time.Hour), failure
	second := w.signUp(t, "a1ice")
	for _, err := range []error{first, second} {
		if err == nil || strings.Contains(err.Error(), "arn:") {
			t.Errorf("got %v", err)
		}
	}
	if len(w.names.held) == 0 || w.names.held["alice"].Name != "alice" {
		t.Errorf("held %v", w.names.held)
	}
}
