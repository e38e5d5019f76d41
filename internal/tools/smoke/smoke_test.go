package smoke_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/scenario"
	"github.com/sealpost/sealpost/internal/tools/smoke"
)

// embedded is a server in this process.
func embedded(t *testing.T) serve.Info {
	t.Helper()
	ready, done := make(chan serve.Info, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		done <- serve.Run(ctx, serve.Config{
			Addr: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), LogLevel: "error", Stderr: t.Output(),
			Ready: func(i serve.Info) { ready <- i },
		})
	}()
	select {
	case info := <-ready:
		t.Cleanup(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
		return info
	case err := <-done:
		cancel()
		t.Fatalf("the server did not start: %v", err)
		return serve.Info{}
	}
}

// try runs the test at a server and returns what it said.
func try(t *testing.T, server, mailbox string, patience time.Duration) (string, error) {
	t.Helper()
	var said strings.Builder
	err := smoke.Run(t.Context(), smoke.Config{
		Server: server, HTTP: http.DefaultClient, Patience: patience,
		Registrar: smoke.Embedded{Code: scenario.Embedded(server, mailbox, http.DefaultClient).Code},
		Say:       func(format string, args ...any) { fmt.Fprintf(&said, format+"\n", args...) },
	})
	return said.String(), err
}

func TestAWorkingServerPasses(t *testing.T) {
	t.Parallel()
	server := embedded(t)
	said, err := try(t, server.URL, server.MailURL, smoke.Patience)
	if err != nil {
		t.Fatalf("%v, after:\n%s", err, said)
	}
	for _, step := range []string{"without a token", "key and a topic", "MessageStored came", "nobody else", "MessageRead came"} {
		if !strings.Contains(said, step) {
			t.Errorf("%q was not looked at:\n%s", step, said)
		}
	}
}

// broken is a server of which one thing is not as it should be.
func broken(t *testing.T, server string, breaks func(http.ResponseWriter, *http.Request) bool) string {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !breaks(w, r) {
			forward.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(front.Close)
	return front.URL
}

// TestWhatIsBrokenIsNamed: a test that cannot fail is none.
func TestWhatIsBrokenIsNamed(t *testing.T) {
	t.Parallel()
	server := embedded(t)
	mailbox := strings.TrimPrefix(server.MailURL, server.URL)
	answers := func(method, path string, status int, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != method || r.URL.Path != path {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
			return true
		}
	}
	for name, c := range map[string]struct {
		breaks func(http.ResponseWriter, *http.Request) bool
		want   string
	}{
		"no key is made":              {signedIn(answers(http.MethodGet, "/users/me", 200, `{"userId":"x","username":"x","ready":false}`)), "did not become ready"},
		"the bus drops everything":    {answers(http.MethodGet, "/messages", 200, `{"messages":[]}`), "MessageStored of"},
		"nothing is counted":          {answers(http.MethodGet, "/messages/unread-count", 200, `{"unread":0}`), "nothing is counted as unread"},
		"reading is not published":    {readsInVain, "MessageRead of"},
		"everybody comes in":          {answers(http.MethodGet, "/users/me", 200, `{"userId":"x","username":"x","ready":true}`), "without a token the API answers 200"},
		"no configuration":            {answers(http.MethodGet, "/config.json", 404, ``), "not a Sealpost server"},
		"the answer is no problem":    {answers(http.MethodGet, "/users/me", 401, `{"message":"Unauthorized"}`), "want 401 with the type"},
		"the mailbox is switched off": {answers(http.MethodGet, mailbox+".json", 404, ``), "reading the code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			front := broken(t, server.URL, c.breaks)
			said, err := try(t, front, front+mailbox, 2*time.Second)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q, after:\n%s", err, c.want, said)
			}
		})
	}
}

// signedIn breaks requests with a token only.
func signedIn(breaks func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		return r.Header.Get("Authorization") != "" && breaks(w, r)
	}
}

// readsInVain accepts that a message was read and forgets it.
func readsInVain(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/read") {
		return false
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write([]byte(`{"id":"x"}`))
	return true
}

// TestAPageOfAnotherOrigin: on AWS the page and the API have different origins, and
// every answer names the page's.
func TestAPageOfAnotherOrigin(t *testing.T) {
	t.Parallel()
	server := embedded(t)
	for name, c := range map[string]struct{ preflight, refusal, want string }{
		"both name the page":            {"https://page.example.org", "https://page.example.org", ""},
		"API Gateway admits anybody":    {"https://page.example.org", "*", `and an answer without a token "*"`},
		"the preflight admits anybody":  {"*", "*", `allows the origin "*"`},
		"nobody may read what API says": {"https://page.example.org", "", `an answer without a token ""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := broken(t, server.URL, func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("Access-Control-Allow-Origin", c.refusal)
				if r.Method != http.MethodOptions {
					return false
				}
				w.Header().Set("Access-Control-Allow-Origin", c.preflight)
				w.Header().Set("Access-Control-Allow-Headers", "Authorization,Content-Type")
				w.WriteHeader(http.StatusNoContent)
				return true
			})
			front := broken(t, server.URL, func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/config.json" {
					return false
				}
				_, _ = fmt.Fprintf(w, `{"apiUrl":%q,"region":"local","cognito":{"endpoint":"/cognito-idp/","userPoolId":"p","clientId":"c"}}`, api)
				return true
			})
			_, err := try(t, front, server.MailURL, 2*time.Second)
			// The client's id is made up: who passes the edge fails at the sign-up.
			passed := err != nil && strings.Contains(err.Error(), "registering the sender")
			if c.want == "" && !passed || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestStoppingIsNoFailureOfTheServer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	own := embedded(t)
	server := broken(t, own.URL, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/users/me" && r.Header.Get("Authorization") != "" {
			cancel()
		}
		return false
	})
	err := smoke.Run(ctx, smoke.Config{
		Server: server, HTTP: http.DefaultClient, Say: func(string, ...any) {},
		Registrar: smoke.Embedded{Code: scenario.Embedded(server, own.MailURL, http.DefaultClient).Code},
	})
	if err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) || strings.Contains(err.Error(), "did not") {
		t.Errorf("error %v, want that it was stopped", err)
	}
}
