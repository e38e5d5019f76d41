package e2e

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	ciptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/sealpost/sealpost/internal/eventually"
	"github.com/sealpost/sealpost/internal/scenario"
	"github.com/sealpost/sealpost/internal/smoke"
)

// TestOperating does to a deployment what its operators do.
func TestOperating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.front()
	t.Run("smoke", func(t *testing.T) { w.smoke(t, server) })
	t.Run("looking through everything", func(t *testing.T) { w.thorough(t, server) })
}

// smoke is make smoke at a deployment on AWS: the first time, when nobody is signed
// up, again with the users of the first time, and after a run that stopped between
// sign-up and confirmation.
func (w *world) smoke(t *testing.T, server string) {
	registrar := smoke.AWS{Admin: w.poolAdmin(), UserPoolID: w.poolID}
	run := func(t *testing.T) {
		t.Helper()
		err := smoke.Run(t.Context(), smoke.Config{Server: server, HTTP: http.DefaultClient, Registrar: registrar, Say: t.Logf})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Run("the first time", run)
	t.Run("again", run)
	if n := w.users(t); n != 2 {
		t.Errorf("there are %d users after two runs, want the same two", n)
	}
	registrar.Fresh = true
	t.Run("with new users", run)
	if n := w.users(t); n != 4 {
		t.Errorf("there are %d users, want two more", n)
	}
	t.Run("after a run that stopped", func(t *testing.T) {
		registrar.Fresh = false
		_, err := registrar.Admin.AdminDeleteUser(t.Context(), &cip.AdminDeleteUserInput{UserPoolId: &w.poolID, Username: aws.String("smoke-sender")})
		w.must("deleting a user", err)
		_, err = cip.NewFromConfig(w.admin).SignUp(t.Context(), &cip.SignUpInput{
			ClientId: &w.clientID, Username: aws.String("smoke-sender"), Password: aws.String(scenario.Password),
			UserAttributes: []ciptypes.AttributeType{{Name: aws.String("email"), Value: aws.String("success@simulator.amazonses.com")}},
		})
		w.must("signing up", err)
		run(t)
	})
}

// thorough: a sender with an idempotency key never came back after a failure. Their
// ciphertext does not sort by time, and the slow clock's run finds it.
func (w *world) thorough(t *testing.T, server string) {
	home := scenario.World{
		Server: server, HTTP: http.DefaultClient,
		Code: func(context.Context, string) (string, error) { return "123456", nil },
	}
	alice, bob := scenario.Register(t, home, "alice"), scenario.Register(t, home, "bob")
	bob.WaitReady(t)
	w.proxy.refusing(noMessageStored)
	if id, err := post(alice, bob, w.prefix+"-never-again", "found at last"); err == nil {
		t.Errorf("message %s was accepted though nothing was published", id)
	}
	w.proxy.refusing(nil)
	eventually.True(t, "the message", func() bool {
		var none any
		event := map[string]any{"detail-type": "Scheduled Event", "detail": map[string]string{"window": "25h"}}
		if err := w.invoke(t.Context(), "consumers-reconcile", event, &none); err != nil {
			t.Fatal(err)
		}
		return len(inbox(t, bob)) == 1
	})
	for id := range inbox(t, bob) {
		if m, err := bob.Fetch(t.Context(), id); err != nil || string(m.Body) != "found at last" {
			t.Errorf("opened %q, error %v", m.Body, err)
		}
	}
}

func (w *world) users(t *testing.T) int {
	t.Helper()
	out, err := cip.NewFromConfig(w.admin).ListUsers(t.Context(), &cip.ListUsersInput{UserPoolId: &w.poolID})
	w.must("listing users", err)
	return len(out.Users)
}

// poolAdmin is the user pool's client of whoever runs the smoke test. After
// AdminConfirmSignUp it does what the emulator leaves out: it calls the trigger.
func (w *world) poolAdmin() *cip.Client {
	return cip.NewFromConfig(w.admin, func(o *cip.Options) { o.HTTPClient = triggering{w} })
}

type triggering struct{ w *world }

// Do implements aws.HTTPClient.
func (c triggering) Do(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasSuffix(req.Header.Get("X-Amz-Target"), ".AdminConfirmSignUp") {
		return res, err
	}
	return res, c.w.confirmed(req.Context(), body)
}
