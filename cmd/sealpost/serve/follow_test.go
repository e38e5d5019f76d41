package serve_test

import (
	"bufio"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventstream"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// A subscriber that never lets go must not hold up a clean stop.
func TestASubscriberSeesASignUpAndTheServerStopsCleanly(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	server := start(t, func(c *serve.Config) { c.Data = data })
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/events?type=UserKeyCreated", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+subscriberToken(t, data))
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	defer res.Body.Close()
	scenario.Register(t, server.world(t), "alice").WaitReady(t)
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	if !strings.Contains(lines.Text(), `"detail-type":"UserKeyCreated"`) {
		t.Errorf("got %q, %v", lines.Text(), lines.Err())
	}
	server.stop()
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream ended badly: %v", err)
	}
}

// subscriberToken registers a subscriber beside the running server, as the
// operator's command does.
func subscriberToken(t *testing.T, data string) string {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(data, serve.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	registry, err := eventstream.NewRegistry(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	token, err := registry.Add(t.Context(), "audit")
	if err != nil {
		t.Fatal(err)
	}
	return token
}
