package client

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/client/session"
)

// fakeHome is a server for what the real one does only on a bad day; the scripts in
// ../testdata run against the real one. It says where things are, and leaves the
// API and the pool to the test.
type fakeHome struct {
	env            *Env
	stdout, stderr bytes.Buffer
	store          session.Store
}

// newFakeHome starts the server, with Alice signed in. It sets an environment
// variable, so its tests are not parallel.
func newFakeHome(t *testing.T, api, pool http.HandlerFunc) *fakeHome {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(client.Config{
			APIURL: "/api", Region: "local",
			Cognito: client.CognitoConfig{Endpoint: "/pool/", UserPoolID: "pool", ClientID: "client"},
		})
	})
	mux.Handle("/api/", http.StripPrefix("/api", api))
	mux.Handle("/pool/", pool)
	h := &fakeHome{}
	h.env = NewEnv(cli.NewEnv(strings.NewReader(""), &h.stdout, &h.stderr))
	h.env.server = server.URL
	store, err := h.env.sessions()
	if err != nil {
		t.Fatal(err)
	}
	h.store = store
	h.keep(t, client.Tokens{ID: "id-1", Refresh: "refresh-1", Expires: time.Now().Add(time.Hour)})
	return h
}

func (h *fakeHome) keep(t *testing.T, tokens client.Tokens) {
	t.Helper()
	err := h.store.Save(session.Session{
		Server: h.env.server, UserPoolID: "pool", ClientID: "client", Username: "alice", Tokens: tokens,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func problemAnswer(w http.ResponseWriter, status int, name string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"type":"urn:sealpost:problem:`+name+`","title":"`+name+`"}`)
}

func poolAnswer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}
