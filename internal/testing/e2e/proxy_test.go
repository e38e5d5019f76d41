package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// call is what the proxy wrote down of one call that a function made.
type call struct {
	// AccessKey says who: each function's role has its own.
	AccessKey string
	// Action is such as DynamoDB_20120810.GetItem, events.PutEvents or s3 PUT /b/k.
	Action string
	Status int
	// Denied is true for an answer that speaks of missing rights, with whatever status.
	Denied bool
	// EncryptionContext is that of a call to KMS.
	EncryptionContext map[string]string
	// IfNoneMatch is the header of that name.
	IfNoneMatch string
	Body        []byte
}

// proxy stands between the functions and the emulator. It changes nothing: the
// calls are signed, and the emulator checks the signatures.
type proxy struct {
	*httptest.Server
	mu    sync.Mutex
	calls []call
	// spoil says which calls do not get the answer that they should.
	spoil func(action string, body []byte) *spoiled
	// tries counts how often each call came, while a bad day lasts; nil otherwise.
	tries map[[sha256.Size]byte]int
	// after is called with what was answered, for what only AWS would do.
	after func(c call, answer []byte)
}

func newProxy(t testing.TB, target string, after func(call, []byte)) *proxy {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{after: after}
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // it is part of the signature
		},
		Transport:      &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
		ModifyResponse: p.record,
	}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		r = r.WithContext(context.WithValue(r.Context(), bodyKey{}, body))
		if s := p.spoils(r, body); s != nil {
			s.serve(w, r, forward)
			return
		}
		switch p.try(r, body) {
		case 1: // it never arrives
			unavailable.serve(w, r, forward)
		case 2: // it arrives, and the answer is lost
			forward.ServeHTTP(httptest.NewRecorder(), r)
			unavailable.serve(w, r, forward)
		default:
			forward.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// spoiled is an answer in the service's place or, when cut is not 0, the service's
// without its last bytes.
type spoiled struct {
	status int
	body   string
	cut    int
}

var unavailable = &spoiled{status: http.StatusServiceUnavailable, body: `{"__type":"ServiceUnavailable"}`}

func (s *spoiled) serve(w http.ResponseWriter, r *http.Request, service http.Handler) {
	if s.cut == 0 {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.body)
		return
	}
	whole := httptest.NewRecorder()
	service.ServeHTTP(whole, r)
	for name, values := range whole.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(whole.Code)
	_, _ = w.Write(whole.Body.Bytes()[:max(0, whole.Body.Len()-s.cut)])
}

func (p *proxy) spoils(r *http.Request, body []byte) *spoiled {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spoil == nil {
		return nil
	}
	_, action, err := identify(r, body)
	if err != nil {
		return nil
	}
	return p.spoil(action, body)
}

// spoiling makes the proxy spoil some answers, or none any more for nil.
func (p *proxy) spoiling(which func(action string, body []byte) *spoiled) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spoil = which
}

// refusing makes the proxy refuse some calls, which never arrive, or none any more
// for nil.
func (p *proxy) refusing(which func(action string, body []byte) bool) {
	if which == nil {
		p.spoiling(nil)
		return
	}
	p.spoiling(func(action string, body []byte) *spoiled {
		if which(action, body) {
			return unavailable
		}
		return nil
	})
}

// try counts the tries of a call while a bad day lasts, 0 otherwise.
func (p *proxy) try(r *http.Request, body []byte) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tries == nil {
		return 0
	}
	h := sha256.New()
	_, _ = io.WriteString(h, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("X-Amz-Target")+"\n")
	_, _ = h.Write(body)
	key := [sha256.Size]byte(h.Sum(nil))
	p.tries[key]++
	return p.tries[key]
}

// badDay begins a bad day, or ends it: every call is refused at its first try, and
// at its second it is done and the answer is lost.
func (p *proxy) badDay(begin bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries = nil
	if begin {
		p.tries = map[[sha256.Size]byte]int{}
	}
}

// mark returns where the record stands, for [proxy.since].
func (p *proxy) mark() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.calls)
}

// since counts the calls after a mark that name something, by their action. REST
// calls are counted by their method.
func (p *proxy) since(mark int, named string) map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := map[string]int{}
	for _, c := range p.calls[mark:] {
		if strings.Contains(c.Action, named) || bytes.Contains(c.Body, []byte(named)) {
			action, _, _ := strings.Cut(c.Action, " /")
			n[action]++
		}
	}
	return n
}

// bodyKey is where a request's context has its body, for when the answer is there.
type bodyKey struct{}

var accessKey = regexp.MustCompile(`Credential=([^/]+)/[0-9]+/[^/]+/([^/]+)/`)

// identify says who makes a call, and which.
func identify(r *http.Request, body []byte) (by, action string, err error) {
	service := ""
	if m := accessKey.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		by, service = m[1], m[2]
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		return by, target, nil
	case bytes.HasPrefix(body, []byte("Action=")):
		values, err := url.ParseQuery(string(body))
		return by, service + "." + values.Get("Action"), err
	default:
		return by, service + " " + r.Method + " " + r.URL.RequestURI(), nil
	}
}

func (p *proxy) record(res *http.Response) error {
	req := res.Request
	body, _ := req.Context().Value(bodyKey{}).([]byte)
	c := call{Status: res.StatusCode, Body: body, IfNoneMatch: req.Header.Get("If-None-Match")}
	var err error
	if c.AccessKey, c.Action, err = identify(req, body); err != nil {
		return err
	}
	var in struct{ EncryptionContext map[string]string }
	if json.Unmarshal(c.Body, &in) == nil {
		c.EncryptionContext = in.EncryptionContext
	}
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	res.Body = io.NopCloser(bytes.NewReader(answer))
	c.Denied = c.Status >= http.StatusBadRequest && bytes.Contains(answer, []byte("AccessDenied"))
	p.mu.Lock()
	p.calls = append(p.calls, c)
	p.mu.Unlock()
	p.after(c, answer)
	return nil
}

// seen returns the calls whose action ends in a suffix.
func (p *proxy) seen(suffix string) []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []call
	for _, c := range p.calls {
		if strings.HasSuffix(c.Action, suffix) {
			out = append(out, c)
		}
	}
	return out
}

// refused returns the calls that were not allowed.
func (p *proxy) refused() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []call
	for _, c := range p.calls {
		if c.Status == http.StatusForbidden || c.Denied {
			out = append(out, c)
		}
	}
	return out
}
