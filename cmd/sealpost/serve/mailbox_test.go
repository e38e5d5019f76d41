package serve_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// What a proxy on the same machine forwards comes from loopback, and may well name it
// too. None of it shows the mailbox, whose codes are as good as passwords.
func TestTheMailboxIsForThisMachineAlone(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	w := r.world(t)
	mailbox := strings.TrimPrefix(r.MailURL, r.URL)
	header := func(name, value string) request {
		return request{method: "GET", header: map[string]string{name: value}}
	}
	for name, c := range map[string]struct {
		request
		path string
		want int
	}{
		"as printed":             {request{method: "GET"}, mailbox, 200},
		"as printed, JSON":       {request{method: "GET"}, mailbox + ".json", 200},
		"by another name for it": {request{method: "GET", host: "localhost:1"}, mailbox, 200},
		"over IPv6":              {request{method: "GET", host: "[::1]"}, mailbox, 200},
		"no token":               {request{method: "GET"}, "/dev/mail", 404},
		"no token, JSON":         {request{method: "GET"}, "/dev/mail.json", 404},
		"an empty token":         {request{method: "GET"}, "/dev/mail/", 404},
		"an empty token, JSON":   {request{method: "GET"}, "/dev/mail/.json", 404},
		"a shorter token":        {request{method: "GET"}, mailbox[:len(mailbox)-1], 404},
		"another token":          {request{method: "GET"}, "/dev/mail/AAAAAAAAAAAAAAAAAAAAAAAAAA", 404},
		"DNS rebinding":          {request{method: "GET", host: "evil.example:8080"}, mailbox, 404},
		"a name that begins so":  {request{method: "GET", host: "127.0.0.1.evil.example"}, mailbox, 404},
		"localhost of a domain":  {request{method: "GET", host: "localhost.evil.example"}, mailbox, 404},
		"a root domain's":        {request{method: "GET", host: "localhost."}, mailbox, 404},
		"the unspecified":        {request{method: "GET", host: "0.0.0.0"}, mailbox, 404},
		"Forwarded":              {header("Forwarded", "for=127.0.0.1"), mailbox, 404},
		"X-Forwarded-For":        {header("X-Forwarded-For", "127.0.0.1"), mailbox, 404},
		"X-Forwarded-Host":       {header("x-forwarded-host", "localhost"), mailbox, 404},
		"X-Forwarded-Anything":   {header("X-Forwarded-Anything", ""), mailbox, 404},
		"Via":                    {header("Via", "1.1 proxy"), mailbox + ".json", 404},
		"X-Real-IP":              {header("X-Real-IP", "127.0.0.1"), mailbox, 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.request.path = c.path
			if res, body := c.do(t, w); res.StatusCode != c.want {
				t.Errorf("%s answered %d %s, want %d", c.path, res.StatusCode, body, c.want)
			}
		})
	}
}

func TestTheMailboxWantsAHost(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.0\r\n\r\n", strings.TrimPrefix(r.MailURL, r.URL)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("HTTP/1.0 without a Host is answered %d", res.StatusCode)
	}
}

// The proxies' usual setting: nginx's proxy_pass sends the Host of its upstream and no
// header that tells of the caller.
func TestBehindAProxyNobodyReadsTheMailbox(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *serve.Config) { c.PublicURL, c.NoMail = "https://mail.example.org", true })
	upstream, err := url.Parse("http://" + r.Addr)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(upstream) }})
	t.Cleanup(proxy.Close)
	if r.MailURL != "" {
		t.Errorf("greets with a mailbox at %s", r.MailURL)
	}
	w := scenario.World{Server: proxy.URL, HTTP: http.DefaultClient}
	for _, path := range []string{"/dev/mail", "/dev/mail.json", "/dev/mail/", "/dev/mail/.json", "/dev/mail//", "/dev/%6dail.json"} {
		if res, body := (request{method: "GET", path: path}).do(t, w); res.StatusCode == http.StatusOK {
			t.Errorf("%s answered %s", path, body)
		}
	}
}

// A server that others can reach and that sends no mail starts only when that is said.
func TestWithoutMailAServerStaysOnLoopback(t *testing.T) {
	t.Parallel()
	for _, c := range []serve.Config{
		{Addr: "0.0.0.0:0"},
		{Addr: ":0"},
		{Addr: "[::]:0"},
		{Addr: "0.0.0.0:0", PublicURL: "http://localhost"},
		{Addr: "127.0.0.1:0", PublicURL: "https://mail.example.org"},
		{Addr: "127.0.0.1:0", PublicURL: "https://127.0.0.1.nip.io:8080/path"},
		{Addr: "127.0.0.1:0", PublicURL: "https://localhost."},
		{Addr: "127.0.0.1:0", PublicURL: "https://0.0.0.0"},
	} {
		c.Data = filepath.Join(t.TempDir(), "data")
		if err := serve.Run(stopsWhenReady(t, &c), c); err == nil || !strings.Contains(err.Error(), "--no-mail") {
			t.Errorf("%s %s: %v", c.Addr, c.PublicURL, err)
		}
	}
	for _, public := range []string{"http://localhost:1", "http://127.0.0.1/path", "http://[::1]:80/", "http://127.9.9.9"} {
		if r := start(t, func(c *serve.Config) { c.PublicURL = public }); r.MailURL == "" {
			t.Errorf("%s: no mailbox", public)
		}
	}
}

// stopsWhenReady is the context of a server that is not expected to start.
func stopsWhenReady(t *testing.T, c *serve.Config) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	c.Ready = func(serve.Info) { cancel() }
	return ctx
}

// The public URL goes into tokens, mails and commands that people paste.
func TestAPublicURLIsPlain(t *testing.T) {
	t.Parallel()
	for _, public := range []string{
		"https://localhost@mail.example.org", "https://user:secret@localhost", "https://mail.example.org/$(touch x)", "https://mail.example.org/?a=b",
		"https://mail.example.org/#a", "https://mail.example.org/a b", "https://mail.example.org/\n", "https://[::1%25lo]", "https://", "https://mail.example.org:http",
		"javascript:alert(1)", "https:mail.example.org", "https://mail.example.org/`id`", "//mail.example.org", "https://m\u0430il.example.org",
	} {
		c := serve.Config{Addr: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), PublicURL: public, NoMail: true}
		err := serve.Run(stopsWhenReady(t, &c), c)
		if err == nil || !strings.Contains(err.Error(), "--public-url") {
			t.Errorf("%q: %v", public, err)
		}
	}
}

func TestWithSMTPThereIsNoMailbox(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *serve.Config) { c.SMTP, c.MailFrom = "127.0.0.1:1", "sealpost@example.org" })
	if r.MailURL != "" {
		t.Errorf("greets with a mailbox at %s", r.MailURL)
	}
	res, body := request{method: "GET", path: "/dev/mail.json"}.do(t, r.world(t))
	if res.StatusCode == http.StatusOK {
		t.Errorf("answered %s", body)
	}
}

// What is meant to be pasted into a shell holds nothing that a user chose.
func TestTheGreetingNamesNoUser(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	first := start(t, func(c *serve.Config) { c.Data = data })
	scenario.Register(t, first.world(t), "pwned").WaitReady(t)
	first.stop()
	var greeting strings.Builder
	start(t, func(c *serve.Config) { c.Data, c.Stdout = data, io.MultiWriter(&greeting, t.Output()) })
	if !strings.Contains(greeting.String(), "sealpost login ") || strings.Contains(greeting.String(), "pwned") {
		t.Errorf("greets with %s", greeting.String())
	}
}
