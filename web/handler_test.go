package web_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/web"
)

func get(t *testing.T, method, target string, header map[string]string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	web.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestFilesAndTheirTypes(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"/": "text/html; charset=utf-8", "/index.html": "text/html; charset=utf-8", "/style.css": "text/css; charset=utf-8",
		"/main.js": "text/javascript; charset=utf-8", "/views/inbox.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml",
	}
	for target, contentType := range want {
		res := get(t, http.MethodGet, target, nil)
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != contentType {
			t.Errorf("%s: %d %q, want 200 %q", target, res.StatusCode, res.Header.Get("Content-Type"), contentType)
		}
	}
}

func TestEveryAnswerIsSecured(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/", "/main.js", "/nothing", "/../etc/passwd"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			h := get(t, method, target, nil).Header
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s %s: %v", method, target, h)
			}
			policy := h.Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "connect-src 'self';"} {
				if !strings.Contains(policy, part) {
					t.Errorf("%s %s: the policy %q lacks %q", method, target, policy, part)
				}
			}
			if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
				t.Errorf("%s %s: the policy %q is too wide", method, target, policy)
			}
		}
	}
}

func TestPolicyTakesOtherOrigins(t *testing.T) {
	t.Parallel()
	policy := web.ContentSecurityPolicy("https://api.example.org", "https://pool.example.org")
	if !strings.Contains(policy, "connect-src 'self' https://api.example.org https://pool.example.org;") {
		t.Error(policy)
	}
}

func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"", "gzip, deflate, br"} {
		header := map[string]string{"Accept-Encoding": encoding}
		first := get(t, http.MethodGet, "/main.js", header)
		header["If-None-Match"] = first.Header.Get("Etag")
		if second := get(t, http.MethodGet, "/main.js", header); second.StatusCode != http.StatusNotModified || body(t, second.Body) != "" {
			t.Errorf("%q: %d, want 304 without a body", encoding, second.StatusCode)
		}
		header["If-None-Match"] = `"another"`
		if third := get(t, http.MethodGet, "/main.js", header); third.StatusCode != http.StatusOK {
			t.Errorf("%q: %d, want 200", encoding, third.StatusCode)
		}
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	plain := get(t, http.MethodGet, "/main.js", nil)
	small := get(t, http.MethodGet, "/main.js", map[string]string{"Accept-Encoding": "gzip"})
	if small.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" {
		t.Fatal(small.Header, plain.Header)
	}
	if small.Header.Get("Etag") == plain.Header.Get("Etag") {
		t.Error("two representations share an entity tag")
	}
	r, err := gzip.NewReader(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body(t, r) != body(t, plain.Body) {
		t.Error("the compressed file is another")
	}
	refused := get(t, http.MethodGet, "/main.js", map[string]string{"Accept-Encoding": "br, gzip;q=0"})
	if refused.Header.Get("Content-Encoding") != "" {
		t.Error("compressed for a client that refuses it")
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	page := get(t, http.MethodGet, "/nowhere", map[string]string{"Accept": "text/html"})
	if page.StatusCode != http.StatusNotFound || !strings.Contains(body(t, page.Body), "There is nothing here") {
		t.Errorf("%d", page.StatusCode)
	}
	for _, target := range []string{"/nowhere.js", "/views/", "/static/index.html", "//", "/index.html/"} {
		if res := get(t, http.MethodGet, target, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", target, res.StatusCode)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	head := get(t, http.MethodHead, "/", nil)
	if head.StatusCode != http.StatusOK || body(t, head.Body) != "" || head.ContentLength < 1000 {
		t.Errorf("HEAD: %d, %d bytes", head.StatusCode, head.ContentLength)
	}
	post := get(t, http.MethodPost, "/", nil)
	if post.StatusCode != http.StatusMethodNotAllowed || post.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", post.StatusCode, post.Header)
	}
}

// inline is what the Content-Security-Policy would refuse in a browser, and address is
// where the page would reach beyond its own origin.
var (
	inline  = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script>|="javascript:`)
	markup  = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|createContextualFragment`)
	address = regexp.MustCompile(`https?://[^\s"'<)]+`)
)

// w3.org is the name of the SVG namespace, not an address.
const svgNamespace = "http://www.w3.org/2000/svg"

func TestSourcesKeepToTheRules(t *testing.T) {
	t.Parallel()
	files := os.DirFS("static")
	n := 0
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		n++
		content, err := fs.ReadFile(files, name)
		checkSource(t, name, string(content))
		return err
	})
	if err != nil || n < 20 {
		t.Fatalf("%d files, %v", n, err)
	}
}

func checkSource(t *testing.T, name, content string) {
	t.Helper()
	if lines := strings.Count(content, "\n"); lines > 400 {
		t.Errorf("%s has %d lines", name, lines)
	}
	if strings.HasSuffix(name, ".html") && inline.MatchString(content) {
		t.Errorf("%s has inline code: %q", name, inline.FindString(content))
	}
	code := regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(content, "")
	if strings.HasSuffix(name, ".js") && markup.MatchString(code) {
		t.Errorf("%s makes markup or code of a string: %q", name, markup.FindString(code))
	}
	for _, found := range address.FindAllString(content, -1) {
		if found != svgNamespace {
			t.Errorf("%s names another origin: %s", name, found)
		}
	}
}
