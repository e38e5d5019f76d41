package webtest_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// server is a real embedded server with a data folder of its own, and a proxy in
// front of it that the browsers use.
type server struct {
	*proxy
	t      *testing.T
	url    string       // the browsers'
	origin string       // the tests' own client's
	mail   string       // the mailbox's, without the origin
	ago    atomic.Int64 // how far the server's clock is behind, in nanoseconds
}

// now is the server's clock.
func (s *server) now() time.Time { return time.Now().Add(-time.Duration(s.ago.Load())) }

func startServer(t *testing.T) *server {
	t.Helper()
	return startServerAgo(t, 0)
}

// startServerAgo starts a server whose clock is behind.
func startServerAgo(t *testing.T, ago time.Duration) *server {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	s := &server{t: t}
	s.ago.Store(int64(ago))
	ready := make(chan serve.Info, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- serve.Run(ctx, serve.Config{
			Addr: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), Stderr: t.Output(), LogLevel: "error",
			Now: s.now, Ready: func(info serve.Info) { ready <- info },
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the server did not stop cleanly: %v", err)
		}
	})
	select {
	case info := <-ready:
		s.origin, s.mail = info.URL, strings.TrimPrefix(info.MailURL, info.URL)
		s.proxy, s.url = newProxy(t, info.URL)
		return s
	case err := <-ended:
		ended <- nil
		t.Fatalf("the server did not start: %v", err)
		return nil
	}
}

// codePattern finds a confirmation code in a mail.
var codePattern = regexp.MustCompile(`\b\d{6}\b`)

// codes returns the codes that an address was sent, newest first.
func (s *server) codes(email string) []string {
	s.t.Helper()
	var mails []struct {
		Text string `json:"text"`
	}
	s.decode(s.request(http.MethodGet, s.mail+".json?to="+url.QueryEscape(email), nil, nil), &mails)
	var out []string
	for _, m := range mails {
		if code := codePattern.FindString(m.Text); code != "" {
			out = append(out, code)
		}
	}
	return out
}

// code waits for the nth code that an address was sent, and returns it.
func (s *server) code(email string, nth int) string {
	s.t.Helper()
	var code string
	eventually.True(s.t, "a code for "+email, func() bool {
		codes := s.codes(email)
		if len(codes) < nth {
			return false
		}
		code = codes[len(codes)-nth]
		return true
	})
	return code
}

// person is somebody with an account, as the tests' own client sees them.
type person struct {
	name, password, token, refresh string
}

const password = "Correct-horse-9"

// signUp makes an account without the page, and waits until it can receive.
func (s *server) signUp(name string) person {
	s.t.Helper()
	email := name + "@example.org"
	s.pool("SignUp", map[string]any{"Username": name, "Password": password, "UserAttributes": []map[string]string{{"Name": "email", "Value": email}}})
	s.pool("ConfirmSignUp", map[string]any{"Username": name, "ConfirmationCode": s.code(email, 1)})
	p := s.signIn(name)
	eventually.True(s.t, name+" is ready", func() bool {
		var me struct{ Ready bool }
		s.decode(s.request(http.MethodGet, "/users/me", nil, p.header()), &me)
		return me.Ready
	})
	return p
}

func (s *server) signIn(name string) person {
	s.t.Helper()
	out := s.pool("InitiateAuth", map[string]any{
		"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]string{"USERNAME": name, "PASSWORD": password},
	})
	return person{name, password, out.AuthenticationResult.IdToken, out.AuthenticationResult.RefreshToken}
}

func (p person) header() http.Header {
	return http.Header{"Authorization": {"Bearer " + p.token}}
}

// send sends a message without the page.
func (s *server) send(from person, to, contentType, filename string, body []byte) {
	s.t.Helper()
	header := from.header()
	header.Set("Content-Type", contentType)
	if filename != "" {
		header.Set("Content-Disposition", `attachment; filename="`+filename+`"`)
	}
	s.request(http.MethodPost, "/messages?to="+url.QueryEscape(to), body, header)
}

// inboxSize is the number of messages that a person has.
func (s *server) inboxSize(p person) int {
	s.t.Helper()
	var list struct{ Messages []any }
	s.decode(s.request(http.MethodGet, "/messages?limit=100", nil, p.header()), &list)
	return len(list.Messages)
}

type authAnswer struct {
	AuthenticationResult struct{ IdToken, RefreshToken string }
}

// pool calls the user pool, whose configuration it takes from where the page does.
func (s *server) pool(action string, input map[string]any) authAnswer {
	s.t.Helper()
	var config struct {
		Cognito struct{ Endpoint, ClientID string }
	}
	s.decode(s.request(http.MethodGet, "/config.json", nil, nil), &config)
	input["ClientId"] = config.Cognito.ClientID
	body, err := json.Marshal(input)
	if err != nil {
		s.t.Fatal(err)
	}
	var out authAnswer
	s.decode(s.request(http.MethodPost, strings.TrimPrefix(config.Cognito.Endpoint, s.origin), body, http.Header{
		"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"AWSCognitoIdentityProviderService." + action},
	}), &out)
	return out
}

func (s *server) request(method, path string, body []byte, header http.Header) []byte {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.origin+path, strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s %s (%v)", method, path, res.Status, answer, err)
	}
	return answer
}

func (s *server) decode(body []byte, into any) {
	s.t.Helper()
	if len(body) == 0 {
		return
	}
	if err := json.Unmarshal(body, into); err != nil {
		s.t.Fatalf("decoding %s: %v", body, err)
	}
}
