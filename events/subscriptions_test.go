package events_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/events"
)

func TestSubscriptionsNameFoldersUnderConsumers(t *testing.T) {
	t.Parallel()
	all, err := events.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no subscriptions")
	}
	for name, s := range all {
		if s.Consumer != name {
			t.Errorf("%s calls itself %q", name, s.Consumer)
		}
		if _, err := os.Stat(filepath.Join("..", "consumers", name)); err != nil {
			t.Errorf("consumer %s: %v", name, err)
		}
	}
}

// Whoever adds a consumer has to say here whether a replay may reach it. A replay
// that reached the others would send everybody's e-mails again.
func TestOnlyProjectionsTakeReplays(t *testing.T) {
	t.Parallel()
	projections := map[string]bool{"users": true, "inbox": true, "unread": true}
	all, err := events.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range all {
		if s.Replays != projections[name] {
			t.Errorf("%s takes replays: %v", name, s.Replays)
		}
	}
}

func TestEveryEventHasASubscriber(t *testing.T) {
	t.Parallel()
	all, err := events.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range events.Types() {
		taken := false
		for _, s := range all {
			taken = taken || s.Takes(name)
		}
		if !taken {
			t.Errorf("nobody takes %s", name)
		}
	}
}

func TestSubscriptionOfUnknownConsumer(t *testing.T) {
	t.Parallel()
	if s, err := events.SubscriptionOf("nobody"); err == nil {
		t.Errorf("got %+v", s)
	}
}
