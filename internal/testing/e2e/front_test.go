package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"

	"github.com/sealpost/sealpost/internal/testing/awstest"
)

// front is what clients talk to, at one address: the API, config.json and the user
// pool.
func (w *world) front() string {
	w.t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	w.t.Cleanup(server.Close)
	api := w.importAPI()
	mux.Handle("/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(api) }})
	mux.HandleFunc("GET /config.json", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(rw, `{"apiUrl":%q,"region":"us-east-1","cognito":{"endpoint":%q,"userPoolId":%q,"clientId":%q}}`,
			server.URL, server.URL+"/cognito/", w.poolID, w.clientID)
	})
	mux.HandleFunc("POST /cognito/", w.cognito)
	return server.URL
}

// cognito passes calls on to the user pool, and does what the emulator leaves out:
// after a confirmation it verifies the address and calls the trigger, and after a
// sign-in, too.
func (w *world) cognito(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, w.server.URL()+"/", bytes.NewReader(body))
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	req.Header = r.Header.Clone()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusOK {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if err := w.trigger(r.Context(), operation, body); err != nil {
			w.t.Errorf("after %s: %v", operation, err)
		}
	}
	rw.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	rw.WriteHeader(res.StatusCode)
	_, _ = io.Copy(rw, res.Body)
}

func (w *world) trigger(ctx context.Context, operation string, body []byte) error {
	switch operation {
	case "ConfirmSignUp":
		return w.confirmed(ctx, body)
	case "InitiateAuth":
		var in struct{ AuthParameters struct{ USERNAME string } } //nolint:revive // AWS's spelling
		if err := json.Unmarshal(body, &in); err != nil || in.AuthParameters.USERNAME == "" {
			return err // a refresh calls no trigger
		}
		return awstest.SignedIn(ctx, w.admin, w.poolID, in.AuthParameters.USERNAME, w.prefix+"-producers-verifyuser")
	}
	return nil
}

func (w *world) confirmed(ctx context.Context, body []byte) error {
	var in struct{ Username string }
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	return awstest.Confirmed(ctx, w.admin, w.poolID, in.Username, w.prefix+"-producers-verifyuser")
}
