package lambdahost

import (
	"context"
	"errors"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

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
