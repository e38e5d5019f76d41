package webtest_test

import "testing"

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
