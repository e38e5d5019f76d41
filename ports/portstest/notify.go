package portstest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/ports"
)

// TopicsAdapter creates topics and sends notifications.
type TopicsAdapter struct {
	ports.Topics
	ports.Notifier
	// NewUser creates a user who can be notified.
	NewUser func(ctx context.Context) (userID, address string, err error)
	// Sent returns the texts sent to the address so far, oldest first.
	Sent func(ctx context.Context, address string) ([]string, error)
}

// Topics is the contract of [ports.Topics] and [ports.Notifier].
func Topics(t *testing.T, create func(*testing.T) TopicsAdapter) {
	shared := once(t, create)
	tests := map[string]func(*testing.T, TopicsAdapter){
		"a user has one topic":                     topicsOnePerUser,
		"concurrent creations make one topic":      topicsConcurrent,
		"users have topics of their own":           topicsApart,
		"a topic needs a user":                     topicsEmptyUser,
		"a renewal notifies the address once":      topicsRenewed,
		"a notification tells how many wait":       topicsNotify,
		"each call notifies once":                  topicsNotifyAgain,
		"a topic that does not exist":              topicsUnknown,
		"concurrent notifications all arrive":      topicsNotifyTogether,
		"an ended context makes and sends nothing": topicsEnded,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, shared())
		})
	}
}

type topicUser struct{ userID, address, topicID string }

func newTopicUser(t *testing.T, a TopicsAdapter) topicUser {
	t.Helper()
	userID, address, err := a.NewUser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	topicID, err := a.CreateTopic(t.Context(), userID)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Subscribe(t.Context(), topicID, address); err != nil {
		t.Fatal(err)
	}
	return topicUser{userID, address, topicID}
}

// sent expects n notifications so far.
func (a TopicsAdapter) sent(t *testing.T, u topicUser, n int) []string {
	t.Helper()
	texts, err := a.Sent(t.Context(), u.address)
	if err != nil {
		t.Fatal(err)
	}
	if len(texts) != n {
		t.Fatalf("%d notifications were sent, want %d", len(texts), n)
	}
	return texts
}

func topicsOnePerUser(t *testing.T, a TopicsAdapter) {
	u := newTopicUser(t, a)
	// Events allow 1,024 characters for a topic's id.
	if u.topicID == "" || len(u.topicID) > 1024 {
		t.Errorf("topic id %q", u.topicID)
	}
	if strings.Contains(u.topicID, u.address) {
		t.Error("the topic's id has the address: it goes into events")
	}
	again, err := a.CreateTopic(t.Context(), u.userID)
	if err != nil || again != u.topicID {
		t.Errorf("CreateTopic = %q, %v, want %q again", again, err, u.topicID)
	}
}

func topicsConcurrent(t *testing.T, a TopicsAdapter) {
	userID, address, err := a.NewUser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, racers)
	together(t, racers, func(ctx context.Context, i int) (err error) {
		if ids[i], err = a.CreateTopic(ctx, userID); err != nil {
			return err
		}
		if i%2 == 0 {
			return a.Renew(ctx, ids[i], address)
		}
		return a.Subscribe(ctx, ids[i], address)
	})
	for i, id := range ids {
		if id != ids[0] {
			t.Errorf("call %d got topic %s, the first got %s", i, id, ids[0])
		}
	}
	// A duplicate subscription would send the mail twice.
	if err := a.Notify(t.Context(), ids[0], waiting(1)); err != nil {
		t.Fatal(err)
	}
	a.sent(t, topicUser{userID, address, ids[0]}, 1)
}

func topicsApart(t *testing.T, a TopicsAdapter) {
	one, other := newTopicUser(t, a), newTopicUser(t, a)
	if one.topicID == other.topicID {
		t.Fatal("two users have one topic")
	}
	if err := a.Notify(t.Context(), one.topicID, waiting(1)); err != nil {
		t.Fatal(err)
	}
	a.sent(t, one, 1)
	a.sent(t, other, 0)
}

func topicsRenewed(t *testing.T, a TopicsAdapter) {
	u := newTopicUser(t, a)
	for range 2 {
		if err := a.Renew(t.Context(), u.topicID, u.address); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Notify(t.Context(), u.topicID, waiting(1)); err != nil {
		t.Fatal(err)
	}
	a.sent(t, u, 1)
}

func topicsEmptyUser(t *testing.T, a TopicsAdapter) {
	if topicID, err := a.CreateTopic(t.Context(), ""); err == nil {
		t.Errorf("created topic %s without a user", topicID)
	}
}

func waiting(n int) ports.Notification {
	return ports.Notification{Waiting: ports.UnreadCount{Unread: n}}
}

// topicsNotify checks only the facts in a notification. The adapter chooses the words.
func topicsNotify(t *testing.T, a TopicsAdapter) {
	for _, test := range []struct {
		waiting ports.UnreadCount
		want    string
	}{
		{ports.UnreadCount{Unread: 1}, "1 sealed message "},
		{ports.UnreadCount{Unread: 12}, "12 sealed messages "},
		{ports.UnreadCount{Unread: 1000}, "1000 sealed messages "},
		{ports.UnreadCount{Unread: 1000, More: true}, "more than 1000 sealed messages "},
	} {
		u := newTopicUser(t, a)
		if err := a.Notify(t.Context(), u.topicID, ports.Notification{Waiting: test.waiting}); err != nil {
			t.Fatal(err)
		}
		text := strings.ToLower(strings.ReplaceAll(a.sent(t, u, 1)[0], "1,000", "1000"))
		if !strings.Contains(text, test.want) || strings.Contains(text, "more than") != test.waiting.More {
			t.Errorf("text %q, want it to say %q", text, test.want)
		}
		if !strings.Contains(text, "http") || strings.Contains(text, u.userID) {
			t.Errorf("text %q, want the page's URL and no user's id", text)
		}
	}
}

func topicsNotifyAgain(t *testing.T, a TopicsAdapter) {
	u := newTopicUser(t, a)
	for n := range 3 {
		if err := a.Notify(t.Context(), u.topicID, waiting(n+1)); err != nil {
			t.Fatal(err)
		}
		a.sent(t, u, n+1)
	}
}

func topicsUnknown(t *testing.T, a TopicsAdapter) {
	// A user's topic id without its last character still has the adapter's form.
	topicID := newTopicUser(t, a).topicID
	topicID = topicID[:len(topicID)-1]
	for name, err := range map[string]error{
		"Notify":    a.Notify(t.Context(), topicID, waiting(1)),
		"Subscribe": a.Subscribe(t.Context(), topicID, "someone@example.org"),
		"Renew":     a.Renew(t.Context(), topicID, "someone@example.org"),
	} {
		if !errors.Is(err, ports.ErrNotFound) {
			t.Errorf("%s = %v, want ErrNotFound", name, err)
		}
	}
}

func topicsNotifyTogether(t *testing.T, a TopicsAdapter) {
	u := newTopicUser(t, a)
	together(t, racers, func(ctx context.Context, _ int) error { return a.Notify(ctx, u.topicID, waiting(1)) })
	a.sent(t, u, racers)
}

func topicsEnded(t *testing.T, a TopicsAdapter) {
	u := newTopicUser(t, a)
	if _, err := a.CreateTopic(ended(t), u.userID); err == nil {
		t.Error("CreateTopic succeeded after the context had ended")
	}
	if err := a.Subscribe(ended(t), u.topicID, u.address); err == nil {
		t.Error("Subscribe succeeded after the context had ended")
	}
	if err := a.Notify(ended(t), u.topicID, waiting(1)); err == nil {
		t.Error("Notify succeeded after the context had ended")
	}
	a.sent(t, u, 0)
}
