package webtest_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/sealpost/sealpost/web"
)

// proxy stands between the browser and the server, where a test can make trouble.
type proxy struct {
	t       *testing.T
	forward http.Handler

	mu      sync.Mutex
	trouble []*trouble
	policy  string // the page's Content-Security-Policy where it is not the server's own
}

// trouble is what happens to requests of a method and a path's beginning.
type trouble struct {
	method, path string
	handle       http.HandlerFunc
}

const policyHeader = "Content-Security-Policy"

// admit lets the page talk to other origins too, as on AWS.
func (p *proxy) admit(origins ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.policy = web.ContentSecurityPolicy(origins...)
}

// newProxy returns a proxy for the server at the URL, and its own URL.
func newProxy(t *testing.T, target string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t}
	p.forward = &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(u); r.Out.Host = r.In.Host },
		ErrorLog: nil,
		ModifyResponse: func(res *http.Response) error {
			p.mu.Lock()
			defer p.mu.Unlock()
			if p.policy != "" && res.Header.Get(policyHeader) != "" {
				res.Header.Set(policyHeader, p.policy)
			}
			return nil
		},
		// The browser going away is no news.
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	front := httptest.NewServer(p)
	t.Cleanup(front.Close)
	return p, front.URL
}

// ServeHTTP implements http.Handler.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handle := p.find(r); handle != nil {
		handle(w, r)
		return
	}
	p.forward.ServeHTTP(w, r)
}

func (p *proxy) find(r *http.Request) http.HandlerFunc {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.trouble {
		if (t.method == "" || t.method == r.Method) && strings.HasPrefix(r.URL.Path, t.path) {
			return t.handle
		}
	}
	return nil
}

// make makes trouble until the returned function is called.
func (p *proxy) make(method, path string, handle http.HandlerFunc) (end func()) {
	made := &trouble{method, path, handle}
	p.mu.Lock()
	p.trouble = append(p.trouble, made)
	p.mu.Unlock()
	return sync.OnceFunc(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for i, t := range p.trouble {
			if t == made {
				p.trouble = append(p.trouble[:i], p.trouble[i+1:]...)
				return
			}
		}
	})
}

// answer answers in the server's place.
func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // the browser may be gone
	}
}

// failure is the problem document of a failure of ours.
var failure = answer(http.StatusInternalServerError, "application/problem+json", `{"type":"urn:sealpost:problem:internal",
	"title":"Something failed on our side","status":500,"detail":"It has been logged under the request id. Trying again may help.",
	"requestId":"01JQREQUEST00000000000000"}`)

// lost lets the request through and loses the answer.
func (p *proxy) lost(w http.ResponseWriter, r *http.Request) {
	p.forward.ServeHTTP(httptest.NewRecorder(), r)
	unreachable(w, r)
}

// unreachable breaks the connection.
func unreachable(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// held lets requests wait until the returned function is called.
func (p *proxy) held() (handle http.HandlerFunc, release func()) {
	gate := make(chan struct{})
	release = sync.OnceFunc(func() { close(gate) })
	p.t.Cleanup(release)
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-gate:
			p.forward.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}, release
}

// watch lets requests through and tells of those with the pool's action.
func (p *proxy) watch(action string, seen chan<- struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.forward.ServeHTTP(w, r)
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+action) {
			seen <- struct{}{}
		}
	}
}
