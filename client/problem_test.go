package client_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/client"
)

const problemJSON = "application/problem+json"

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status                        int
		contentType, retryAfter, body string
		want                          client.Problem
	}{
		"of the contract": {
			409, problemJSON, "2",
			`{"type":"urn:sealpost:problem:recipient-not-ready","title":"Not yet","status":409,"detail":"Wait.","requestId":"r-1"}`,
			client.Problem{
				Type: "urn:sealpost:problem:recipient-not-ready", Title: "Not yet", Status: 409, Detail: "Wait.",
				RequestID: "r-1", RetryAfter: 2 * time.Second,
			},
		},
		"the status line counts, not the body's": {
			404, problemJSON, "", `{"type":"t","title":"x","status":200}`,
			client.Problem{Type: "t", Title: "x", Status: 404},
		},
		"of a proxy": {
			502, "text/html", "soon", "<h1>Bad gateway</h1>",
			client.Problem{Type: "about:blank", Title: "Bad Gateway", Status: 502},
		},
		"broken": {
			500, problemJSON, "-1", `{"type":"t`,
			client.Problem{Type: "about:blank", Title: "Internal Server Error", Status: 500},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", tt.contentType)
				w.Header().Set("Retry-After", tt.retryAfter)
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			_, err := api.Me(t.Context())
			var got *client.Problem
			if !errors.As(err, &got) {
				t.Fatalf("got %v, want a Problem", err)
			}
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestOnlyTheContractsProblemsHaveAName(t *testing.T) {
	t.Parallel()
	for problemType, want := range map[string]string{
		"urn:sealpost:problem:bad-cursor": "bad-cursor", "about:blank": "", "": "",
	} {
		if got := (&client.Problem{Type: problemType}).Name(); got != want {
			t.Errorf("%q: got %q, want %q", problemType, got, want)
		}
	}
}

// Whatever a server answers, the client has a Problem with a status and a title,
// or a decoded success: never a panic and never an empty message.
func FuzzAnswer(f *testing.F) {
	f.Add(404, problemJSON, "", `{"type":"urn:sealpost:problem:message-not-found","title":"No such message","status":404,"requestId":"r"}`)
	f.Add(429, "application/json", "3", `{"message":"Too Many Requests"}`)
	f.Add(503, "text/html; charset", "99999999999999999999", "<html>")
	f.Add(200, "application/json", "", `{"userId":"u","username":"alice","ready":true}`)
	f.Add(200, "application/json", "", `[]`)
	f.Fuzz(func(t *testing.T, status int, contentType, retryAfter, body string) {
		if status < 200 || status > 599 {
			t.Skip("no final status")
		}
		hc := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			return answer(status, body, "Content-Type", contentType, "Retry-After", retryAfter), nil
		})}
		hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		api := client.New(hc, client.Config{APIURL: "http://api.test"}, client.StaticToken("t"))
		_, err := api.Me(t.Context())
		var p *client.Problem
		if errors.As(err, &p) && (p.Status != status || p.RetryAfter < 0) {
			t.Errorf("got %+v for status %d", p, status)
		}
		if status > 299 && p == nil {
			t.Errorf("status %d gave %v", status, err)
		}
	})
}
