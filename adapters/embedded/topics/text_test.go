package topics_test

import (
	"testing"

	"github.com/sealpost/sealpost/ports"
)

func TestNotificationText(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.users.set("ann", "ann@example.org")
	topicID, err := f.topics.CreateTopic(t.Context(), "ann")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		waiting ports.UnreadCount
		want    string
	}{
		{ports.UnreadCount{Unread: 1}, "You have 1 sealed message waiting."},
		{ports.UnreadCount{Unread: 12}, "You have 12 sealed messages waiting."},
		{ports.UnreadCount{Unread: 999}, "You have 999 sealed messages waiting."},
		{ports.UnreadCount{Unread: 1000}, "You have 1,000 sealed messages waiting."},
		{ports.UnreadCount{Unread: 1000, More: true}, "You have more than 1,000 sealed messages waiting."},
	} {
		if err := f.topics.Notify(t.Context(), topicID, ports.Notification{Waiting: test.waiting}); err != nil {
			t.Fatal(err)
		}
		mails, err := f.box.List(t.Context(), "ann@example.org", 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := mails[0]; got.Subject != test.want || got.Text != test.want+"\n\nRead at http://127.0.0.1:8080/\n" {
			t.Errorf("mail %q %q, want %q", got.Subject, got.Text, test.want)
		}
	}
}
