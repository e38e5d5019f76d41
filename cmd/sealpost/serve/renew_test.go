package serve_test

import (
	"net/http"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// Who asks for a new subscription is taken from the token alone, and gets a topic
// again, as on AWS.
func TestANewSubscriptionIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	w := start(t, func(c *serve.Config) { c.Data = data }).world(t)
	bob := scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	me, err := bob.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := bob.RenewNotifications(t.Context()); err != nil {
		t.Fatal(err)
	}
	log, done := openLog(t, data)
	defer done()
	topics := eventlog.Filter{Types: []events.Type{events.TypeUserTopicRequested, events.TypeUserTopicCreated}}
	eventually.True(t, "two topics of bob's and what was asked", func() bool {
		entries, _, err := log.Read(t.Context(), 0, 10, topics)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[events.Type]int{}
		for _, e := range entries {
			ev, err := e.Delivery.Event()
			if err != nil || ev.Metadata.Subject != me.UserID {
				t.Fatalf("%+v, %v", ev, err)
			}
			seen[ev.Type()]++
		}
		return seen[events.TypeUserTopicRequested] == 1 && seen[events.TypeUserTopicCreated] == 2
	})
	if res, _ := (request{method: http.MethodPost, path: "/users/me/notifications"}).do(t, w); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d", res.StatusCode)
	}
}
