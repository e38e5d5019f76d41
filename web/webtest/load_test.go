package webtest_test

import (
	"fmt"
	"testing"
)

// The budget of a first visit.
const (
	mostRequests = 9 // "under ten"
	mostBytes    = 100_000
)

// TestFirstLoad counts what a first visit fetches until the page can be used, with
// an empty cache. (The browser does not fetch the icon without a window, so it is
// counted by hand.)
func TestFirstLoad(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	b := openBrowser(t, s.url)
	b.open("")
	b.see("Create an account")
	b.until("the network to be quiet", `performance.getEntriesByType("resource").every((r) => r.responseEnd > 0)`)

	b.mu.Lock()
	defer b.mu.Unlock()
	requests, bytes := len(b.requests), 0.0
	icon := false
	for _, r := range b.requests {
		t.Logf("%6.0f %s", r.size, r.url)
		bytes += r.size
		icon = icon || r.url == s.url+"/icon.svg"
	}
	if !icon {
		requests++
	}
	if requests > mostRequests || bytes > mostBytes || bytes < 5000 {
		t.Errorf("the first visit took %d requests and %.0f bytes", requests, bytes)
	}
	t.Logf("%d requests, %.0f bytes", requests, bytes)
}

// mostShift is far below what is called good (0.1, web.dev "Cumulative Layout Shift").
const mostShift = 0.01

// TestNothingJumps loads each view over a slow line: what arrives takes the place that
// was kept for it.
func TestNothingJumps(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	for i := range 12 {
		s.send(bob, "alice", "text/plain", "", fmt.Appendf(nil, "message %d", i))
	}
	s.send(bob, "alice", "image/png", "view.png", picture(t))
	b := openBrowser(t, s.url)
	b.signIn(alice)
	for _, c := range []struct{ address, waits, seen string }{
		{"#/inbox", "/messages", "That is all."},
		{"#/people", "/users", "2 people"},
		{"#/write", "/users", "Seal and send"},
	} {
		handle, release := s.held()
		end := s.make("GET", c.waits, handle)
		b.open(c.address)
		b.reload()
		b.see("Sign out")
		b.until("the first look of it", `document.querySelector("main h1")`)
		b.painted()
		end()
		release()
		b.see(c.seen)
		b.painted()
		if shift := eval[float64](b, "finders.shift()"); shift > mostShift {
			t.Errorf("%s jumped by %.3f", c.address, shift)
		}
	}
}
