package client

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

func ptr(s string) *string { return &s }

// A recipient whose key is still being made, a server that restarts, a broken
// connection: the message goes out once they are over, each time under the same
// idempotency key.
func TestSendOutlastsABadMoment(t *testing.T) {
	keys := make(chan string, 16) // of each try
	h := newFakeHome(t, func(w http.ResponseWriter, r *http.Request) {
		keys <- r.Header.Get("Idempotency-Key")
		if body, _ := io.ReadAll(r.Body); string(body) != "hello" {
			t.Errorf("try %d sent %q", len(keys), body)
		}
		switch len(keys) {
		case 1:
			problemAnswer(w, http.StatusConflict, "recipient-not-ready")
		case 2:
			problemAnswer(w, http.StatusServiceUnavailable, "unavailable")
		case 3:
			panic(http.ErrAbortHandler) // net/http closes the connection
		default:
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, `{"id":"01ABC"}`)
		}
	}, http.NotFound)
	err := (&sendCmd{To: "bob", Message: ptr("hello"), Wait: time.Minute}).Run(t.Context(), h.env)
	if err != nil || !strings.Contains(h.stdout.String(), "01ABC") {
		t.Fatalf("got %v, %q", err, h.stdout.String())
	}
	if len(keys) != 4 {
		t.Errorf("%d tries", len(keys))
	}
	first := <-keys
	for range len(keys) {
		if key := <-keys; key != first || key == "" {
			t.Errorf("a try with the key %q after %q", key, first)
		}
	}
}

// When the answer got lost the message may be there. The person is given the key
// with which sending again is safe.
func TestSendThatMayHaveArrivedGivesTheKey(t *testing.T) {
	keys := make(chan string, 1)
	h := newFakeHome(t, func(_ http.ResponseWriter, r *http.Request) {
		keys <- r.Header.Get("Idempotency-Key")
		panic(http.ErrAbortHandler)
	}, http.NotFound)
	err := (&sendCmd{To: "bob", Message: ptr("hello")}).Run(t.Context(), h.env)
	key := <-keys
	var f *cli.Failure
	if !errors.As(err, &f) || f.ExitCode != cli.ExitUnavailable || key == "" || !strings.Contains(f.Next, "--idempotency-key "+key) {
		t.Errorf("got %+v, key %q", f, key)
	}
}

func TestAMessageThatIsOutButNotMarkedSaysSo(t *testing.T) {
	h := newFakeHome(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			problemAnswer(w, http.StatusForbidden, "nope")
			return
		}
		_, _ = io.WriteString(w, "the text")
	}, http.NotFound)
	err := (&readCmd{ID: "01ABC"}).Run(t.Context(), h.env)
	var f *cli.Failure
	if !errors.As(err, &f) || !strings.Contains(f.Title, "could not be marked") || h.stdout.String() != "the text" {
		t.Errorf("got %v, %q", err, h.stdout.String())
	}
}

// What could not be put out must stay unread.
func TestAMessageThatIsNotOutIsNotMarked(t *testing.T) {
	h := newFakeHome(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			t.Error("marked as read")
		}
		_, _ = io.WriteString(w, "the text")
	}, http.NotFound)
	h.env.Env = cli.NewEnv(nil, fullDisk{}, nil)
	if err := (&readCmd{ID: "01ABC"}).Run(t.Context(), h.env); err == nil {
		t.Error("no error")
	}
}

// In a pool that ends a refresh token with its use, of two commands that refresh
// together one is refused. Its session goes on with what the other one kept.
func TestARefusedRefreshLooksForANewerSession(t *testing.T) {
	var h *fakeHome
	h = newFakeHome(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer id-2" {
			problemAnswer(w, http.StatusUnauthorized, "unauthorized")
			return
		}
		_, _ = io.WriteString(w, `{"userId":"u1","username":"alice","ready":true}`)
	}, func(w http.ResponseWriter, _ *http.Request) {
		h.keep(t, client.Tokens{ID: "id-2", Refresh: "refresh-2", Expires: time.Now().Add(time.Hour)})
		poolAnswer(w, http.StatusBadRequest, `{"__type":"NotAuthorizedException","message":"Refresh Token has been revoked"}`)
	})
	if err := (&whoamiCmd{}).Run(t.Context(), h.env); err != nil {
		t.Fatal(err)
	}
	if s, err := h.store.Load(h.env.server); err != nil || s.Tokens.Refresh != "refresh-2" {
		t.Errorf("kept %q, %v", s.Tokens.Refresh, err)
	}
}

// A server whose data was begun anew has another pool: it gets none of the tokens.
func TestASessionOfAnotherPoolIsNotUsed(t *testing.T) {
	h := newFakeHome(t, func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("got the token: %s", r.Header.Get("Authorization"))
	}, http.NotFound)
	s, err := h.store.Load(h.env.server)
	if err != nil {
		t.Fatal(err)
	}
	s.UserPoolID = "old-pool"
	if err := h.store.Save(s); err != nil {
		t.Fatal(err)
	}
	err = (&whoamiCmd{}).Run(t.Context(), h.env)
	var f *cli.Failure
	if !errors.As(err, &f) || f.ExitCode != cli.ExitNotSignedIn || f.Next != h.env.command("login", "--username", "alice") {
		t.Errorf("got %+v", f)
	}
}
