package mail_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

func send(t *testing.T, box *mail.Mailbox, m mail.Message) {
	t.Helper()
	if m.At.IsZero() {
		m.At = noon
	}
	if err := box.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func TestMailboxSurvivesARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sealpost.db")
	for run := range 2 {
		db, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		box, err := mail.NewMailbox(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		send(t, box, hello)
		got, err := box.List(t.Context(), "ANN@example.org", 10)
		if err != nil || len(got) != run+1 {
			t.Errorf("run %d: %d mails, %v", run, len(got), err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMailboxKeepsTheNewest(t *testing.T) {
	t.Parallel()
	box := newMailbox(t)
	mail.SetMax(box, 3)
	for i := range 10 {
		send(t, box, mail.Message{To: "ann@example.org", Subject: fmt.Sprint(i), Text: "x"})
	}
	got, err := box.List(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, m := range got {
		subjects = append(subjects, m.Subject)
	}
	if diff := cmp.Diff([]string{"9", "8", "7"}, subjects); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func get(t *testing.T, h http.Handler, method, target string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, nil))
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	return string(readAll(t, res))
}

func TestMailboxJSON(t *testing.T) {
	t.Parallel()
	box := newMailbox(t)
	h := box.Handler("/dev/mail")
	if got := strings.TrimSpace(body(t, get(t, h, "GET", "/dev/mail.json"))); got != "[]" {
		t.Errorf("an empty mailbox is %s, want []", got)
	}
	send(t, box, mail.Message{To: "ann@example.org", Subject: "First", Text: "Code 123456", At: noon})
	send(t, box, mail.Message{To: "bob@example.org", Subject: "Other", Text: "x"})
	send(t, box, mail.Message{To: "Ann@Example.org", Subject: "Second", Text: "<b>\n", At: noon.Add(time.Minute)})

	res := get(t, h, "GET", "/dev/mail.json?to="+url.QueryEscape("ann@example.org"))
	var got []map[string]string
	if err := json.Unmarshal([]byte(body(t, res)), &got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]string{
		{"to": "Ann@Example.org", "subject": "Second", "text": "<b>\n", "at": "2026-11-24T12:01:00Z"},
		{"to": "ann@example.org", "subject": "First", "text": "Code 123456", "at": "2026-11-24T12:00:00Z"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	if res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", res.Header)
	}
}

func TestMailboxPageEscapesEverything(t *testing.T) {
	t.Parallel()
	box := newMailbox(t)
	h := box.Handler("/dev/mail")
	evil := `<script>alert(1)</script>"'&</style>`
	send(t, box, mail.Message{To: "ann&x@example.org", Subject: evil, Text: "Your code is 123456.\n" + evil + " 1234567"})
	res := get(t, h, "GET", "/dev/mail?to=")
	html := body(t, res)
	for _, bad := range []string{"<script", `"'&<`, "ann&x@"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page has %q unescaped", bad)
		}
	}
	for _, good := range []string{"&lt;script&gt;", "<code>123456</code>", "1234567", "ann&amp;x@example.org", "ann%26x%40example.org"} {
		if !strings.Contains(html, good) {
			t.Errorf("the page lacks %q", good)
		}
	}
	if strings.Contains(html, "<code>123456</code>7") {
		t.Error("seven digits are no code")
	}
	if got := body(t, get(t, h, "GET", "/dev/mail?to="+url.QueryEscape(evil))); strings.Contains(got, "<script") {
		t.Error("the query is not escaped")
	}
}

func TestMailboxPageHeaders(t *testing.T) {
	t.Parallel()
	h := newMailbox(t).Handler("/dev/mail")
	res := get(t, h, "GET", "/dev/mail")
	csp := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("Content-Security-Policy %q", csp)
	}
	// The hash in the policy is that of the one style element as it is served.
	html := body(t, res)
	_, after, _ := strings.Cut(html, "<style>")
	style, _, found := strings.Cut(after, "</style>")
	if !found || !strings.Contains(csp, "'sha256-"+sha256Base64(style)+"'") {
		t.Error("the style served is not the style that the policy allows")
	}
	if strings.Contains(html, "style=") || strings.Count(html, "<style") != 1 {
		t.Error("the page has styles that the policy forbids")
	}
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("headers %v", res.Header)
	}
}

func TestMailboxIsReadOnly(t *testing.T) {
	t.Parallel()
	h := newMailbox(t).Handler("/dev/mail")
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		for _, path := range []string{"/dev/mail", "/dev/mail.json"} {
			if res := get(t, h, method, path); res.StatusCode != http.StatusMethodNotAllowed {
				t.Errorf("%s %s = %d, want 405", method, path, res.StatusCode)
			}
		}
	}
	if res := get(t, h, "GET", "/dev/other"); res.StatusCode != http.StatusNotFound {
		t.Errorf("GET /dev/other = %d, want 404", res.StatusCode)
	}
}
