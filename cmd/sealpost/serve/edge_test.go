package serve_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

func message(to, body, key string) client.Message {
	return client.Message{To: to, Body: strings.NewReader(body), Size: int64(len(body)), IdempotencyKey: key}
}

func waitNotified(t *testing.T, w scenario.World, address string) {
	t.Helper()
	eventually.True(t, "a notification", func() bool {
		n, err := w.Notifications(t.Context(), address)
		return err == nil && n > 0
	})
}

// request is a raw call.
type request struct {
	method, path, token string
	header              map[string]string
	body                string
	host                string
}

func (r request) do(t *testing.T, w scenario.World) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.method, w.Server+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.host != "" {
		req.Host = r.host
	}
	res, err := w.HTTP.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, body
}

func token(t *testing.T, p scenario.Person) string {
	t.Helper()
	token, err := p.Tokens.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// segment replaces a part of a token: 0 is the header, 1 the claims, 2 the signature.
func segment(token string, i int, replace func(map[string]any)) string {
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[i])
	if err != nil {
		return ""
	}
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		return ""
	}
	replace(m)
	if raw, err = json.Marshal(m); err != nil {
		return ""
	}
	parts[i] = base64.RawURLEncoding.EncodeToString(raw)
	return strings.Join(parts, ".")
}

// Whatever a caller gets wrong is a clear 4xx: never a 5xx, a stack or a hang.
func TestWhateverTheCallerGetsWrong(t *testing.T) {
	t.Parallel()
	w := start(t, nil).world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	good := token(t, alice)
	unsigned := segment(good, 0, func(h map[string]any) { h["alg"] = "none" })
	unsigned = unsigned[:strings.LastIndex(unsigned, ".")+1]
	post := "/messages?to=" + bob.Username
	for name, c := range map[string]struct {
		request
		status  int
		problem string
	}{
		"no token":             {request{method: "GET", path: "/users"}, 401, "unauthorized"},
		"garbage":              {request{method: "GET", path: "/users", token: "garbage"}, 401, "unauthorized"},
		"alg none":             {request{method: "GET", path: "/users", token: unsigned}, 401, "unauthorized"},
		"another's claims":     {request{method: "GET", path: "/users", token: segment(good, 1, func(c map[string]any) { c["sub"] = "bob" })}, 401, "unauthorized"},
		"a longer life":        {request{method: "GET", path: "/users", token: segment(good, 1, func(c map[string]any) { c["exp"] = 9999999999 })}, 401, "unauthorized"},
		"unknown recipient":    {request{method: "POST", path: "/messages?to=nobody", token: good}, 404, "recipient-not-found"},
		"no recipient":         {request{method: "POST", path: "/messages", token: good}, 400, "missing-parameter"},
		"too large":            {request{method: "POST", path: post, token: good, body: strings.Repeat("x", rest.MaxBody+1)}, 413, "too-large"},
		"absurd limit":         {request{method: "GET", path: "/messages?limit=1000000", token: good}, 400, "bad-limit"},
		"negative limit":       {request{method: "GET", path: "/users?limit=-1", token: good}, 400, "bad-limit"},
		"bad cursor":           {request{method: "GET", path: "/messages?cursor=%27%20OR%201=1", token: good}, 400, "bad-cursor"},
		"bad cursor of users":  {request{method: "GET", path: "/users?cursor=AAAA", token: good}, 400, "bad-cursor"},
		"bad filter":           {request{method: "GET", path: "/messages?unread=maybe", token: good}, 400, "bad-filter"},
		"unknown message":      {request{method: "GET", path: "/messages/01JDEM9Z2TN4C8R0PVXGQ5D7AW", token: good}, 404, "message-not-found"},
		"not a message":        {request{method: "GET", path: "/messages/..%2f..%2fetc%2fpasswd", token: good}, 404, "message-not-found"},
		"marking nothing":      {request{method: "POST", path: "/messages/x/read", token: good}, 404, "message-not-found"},
		"a filename's newline": {request{method: "POST", path: post, token: good, header: map[string]string{"Content-Disposition": "attachment; filename*=UTF-8''a%0d%0aX:%20y"}}, 400, "bad-filename"},
		"a wrong method":       {request{method: "PUT", path: "/messages", token: good}, 405, "method-not-allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := c.do(t, w)
			var p rest.Problem
			if err := json.Unmarshal(body, &p); err != nil {
				t.Fatalf("%d %q: %v", res.StatusCode, body, err)
			}
			if res.StatusCode != c.status || p.Type != rest.ProblemPrefix+c.problem {
				t.Errorf("answered %d %s, want %d %s", res.StatusCode, body, c.status, c.problem)
			}
		})
	}
}

func TestAnExpiredTokenIsRefused(t *testing.T) {
	t.Parallel()
	now := time.Now()
	later := make(chan time.Duration, 1)
	later <- 0
	w := start(t, func(c *serve.Config) {
		c.Now = func() time.Time { d := <-later; later <- d; return now.Add(d) }
	}).world(t)
	alice := scenario.Register(t, w, "alice")
	old := token(t, alice)
	<-later
	later <- 2 * time.Hour
	if res, body := (request{method: "GET", path: "/users", token: old}).do(t, w); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("answered %d %s", res.StatusCode, body)
	}
}

func TestTheContentOfAMessageIsNeverAPageOfOurs(t *testing.T) {
	t.Parallel()
	w := start(t, nil).world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	id := alice.Post(t, bob.Username, "text/html", "evil.html", []byte("<script>alert(1)</script>"))
	bob.WaitUnread(t, 1)
	res, _ := request{method: "GET", path: "/messages/" + id, token: token(t, bob)}.do(t, w)
	for header, want := range map[string]string{
		"Content-Disposition": `attachment; filename="evil.html"`, "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store",
	} {
		if got := res.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
}

func TestConfigNamesTheServerAsTheCallerDid(t *testing.T) {
	t.Parallel()
	read := func(w scenario.World, host string) (c struct {
		APIURL  string `json:"apiUrl"`
		Cognito struct{ Endpoint, UserPoolID, ClientID string }
	},
	) {
		res, body := request{method: "GET", path: "/config.json", host: host}.do(t, w)
		if bytes.Contains(body, []byte("/dev/mail")) {
			t.Errorf("the mailbox is named: %s", body)
		}
		if err := json.Unmarshal(body, &c); err != nil || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %v %v", body, res.Header, err)
		}
		return c
	}
	if c := read(start(t, nil).world(t), "localhost:99"); c.APIURL != "http://localhost:99" ||
		c.Cognito.Endpoint != "http://localhost:99/cognito-idp/" || c.Cognito.UserPoolID == "" || c.Cognito.ClientID == "" {
		t.Errorf("%+v", c)
	}
	public := start(t, func(c *serve.Config) { c.PublicURL, c.NoMail = "https://mail.example.org/", true })
	public.URL = "http://" + public.Addr
	if c := read(public.world(t), "evil.example"); c.APIURL != "https://mail.example.org" {
		t.Errorf("%+v", c)
	}
}

func TestTLSAndTheWarningWithoutIt(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	var out syncBuffer
	r := start(t, func(c *serve.Config) { c.TLSCert, c.TLSKey, c.Stderr = cert, key, &out })
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	cfg, err := client.Discover(t.Context(), hc, r.URL)
	if err != nil || !strings.HasPrefix(cfg.APIURL, "https://127.0.0.1:") {
		t.Errorf("%+v, %v", cfg, err)
	}
	if strings.Contains(out.String(), "WARNING") {
		t.Errorf("warned: %s", out.String())
	}
	var warned syncBuffer
	start(t, func(c *serve.Config) { c.Addr, c.NoMail, c.Stderr = "0.0.0.0:0", true, &warned })
	if !strings.Contains(warned.String(), "without TLS") {
		t.Errorf("no warning: %s", warned.String())
	}
}

// certificate makes one for 127.0.0.1.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for path, raw := range map[string][]byte{cert: certPEM, key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: privateDER})} {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return cert, key, pool
}

// syncBuffer is a buffer that a server writes to while the test reads it.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestAServerThatStopsAnswersWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	r := start(t, nil)
	w := r.world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	// The body is sent in two parts, with the signal to stop in between.
	half, rest := io.Pipe()
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, w.Server+"/messages?to="+bob.Username, half)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token(t, alice))
	// The server asks for the body when the request is under way.
	req.Header.Set("Expect", "100-continue")
	underWay := make(chan struct{})
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(underWay) }}))
	hc := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: eventually.Patience}}
	answered := make(chan int, 1)
	go func() {
		res, err := hc.Do(req)
		if err != nil {
			answered <- 0
			return
		}
		answered <- res.StatusCode
		_ = res.Body.Close()
	}()
	<-underWay
	if _, err := rest.Write([]byte("first half, ")); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan struct{})
	go func() { defer close(stopped); r.stop() }()
	eventually.True(t, "no new connections are taken", func() bool {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", r.Addr)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	if _, err := rest.Write([]byte("second half")); err != nil {
		t.Fatal(err)
	}
	_ = rest.Close()
	if status := <-answered; status != http.StatusAccepted {
		t.Errorf("answered %d", status)
	}
	<-stopped
}
