package topics_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/adapters/embedded/topics"
	"github.com/sealpost/sealpost/internal/testing/notifying"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func openDB(t *testing.T) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "sealpost.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// directory stands for the user pool.
type directory struct {
	mu        sync.Mutex
	addresses map[string]string
}

func (d *directory) set(userID, address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.addresses[userID] = address
}

func (d *directory) Address(_ context.Context, userID string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if address := d.addresses[userID]; address != "" {
		return address, nil
	}
	return "", ports.ErrNotFound
}

// fixture is a mailbox, a user pool and topics.
type fixture struct {
	db     *sqlite.DB
	users  *directory
	box    *mail.Mailbox
	topics *topics.Topics
	config topics.Config
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	db := openDB(t)
	box, err := mail.NewMailbox(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	users := &directory{addresses: map[string]string{}}
	c := topics.Config{DB: db, Pool: users, Mailer: box, PageURL: "http://127.0.0.1:8080/", Now: time.Now}
	made, err := topics.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return fixture{db, users, box, made, c}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	portstest.Topics(t, func(t *testing.T) portstest.TopicsAdapter {
		t.Helper()
		f := newFixture(t)
		return portstest.TopicsAdapter{
			Topics: f.topics, Notifier: f.topics,
			NewUser: func(context.Context) (string, string, error) {
				userID := uuid.NewString()
				address := userID + "@example.org"
				f.users.set(userID, address)
				return userID, address, nil
			},
			Sent: f.sent,
		}
	})
}

func (f fixture) sent(ctx context.Context, address string) ([]string, error) {
	mails, err := f.box.List(ctx, address, mail.MaxList)
	texts := make([]string, len(mails))
	for i, m := range mails {
		texts[len(mails)-1-i] = m.Text
	}
	return texts, err
}

func TestNotificationLedger(t *testing.T) {
	t.Parallel()
	portstest.NotificationLedger(t, func(t *testing.T) ports.NotificationLedger {
		t.Helper()
		return newFixture(t).topics
	})
}

func TestEveryUnreadMessageIsCounted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	notifying.EveryUnreadMessageIsCounted(t, func() ports.NotificationLedger {
		again, err := topics.New(t.Context(), f.config)
		if err != nil {
			t.Fatal(err)
		}
		return again
	})
}

// The address is the user pool's to know: a mail goes to the one that is valid when
// it is sent, and no table has any.
func TestTheAddressIsAskedForWhenAMailIsSent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.users.set("ann", "new@example.org")
	topicID, err := f.topics.CreateTopic(t.Context(), "ann")
	if err != nil {
		t.Fatal(err)
	}
	var stored string
	err = f.db.Read().QueryRowContext(t.Context(), `SELECT topic_id || ' ' || user_id FROM topics`).Scan(&stored)
	if err != nil || strings.Contains(stored, "example.org") {
		t.Errorf("stored %q, %v", stored, err)
	}
	one := ports.Notification{Waiting: ports.UnreadCount{Unread: 1}}
	if err := f.topics.Notify(t.Context(), topicID, one); err != nil {
		t.Fatal(err)
	}
	if texts, err := f.sent(t.Context(), "new@example.org"); err != nil || len(texts) != 1 ||
		texts[0] != "You have 1 sealed message waiting.\n\nRead at http://127.0.0.1:8080/\n" {
		t.Errorf("sent %q, %v", texts, err)
	}
	f.users.set("ann", "")
	if err := f.topics.Notify(t.Context(), topicID, one); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("Notify of a user who is gone = %v, want ErrNotFound", err)
	}
}

type brokenMailer struct{}

var errMail = errors.New("the mail server is down")

func (brokenMailer) Send(context.Context, mail.Message) error { return errMail }

func TestAMailThatWasNotSentIsAnError(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.config.Mailer = brokenMailer{}
	broken, err := topics.New(t.Context(), f.config)
	if err != nil {
		t.Fatal(err)
	}
	f.users.set("ann", "ann@example.org")
	topicID, err := broken.CreateTopic(t.Context(), "ann")
	if err != nil {
		t.Fatal(err)
	}
	err = broken.Notify(t.Context(), topicID, ports.Notification{Waiting: ports.UnreadCount{Unread: 1}})
	if !errors.Is(err, errMail) || strings.Contains(err.Error(), "ann@example.org") {
		t.Errorf("Notify = %v", err)
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, url := range []string{"", "127.0.0.1:8080", "ftp://example.org", "http://", "javascript:alert(1)"} {
		c := f.config
		c.PageURL = url
		if _, err := topics.New(t.Context(), c); err == nil {
			t.Errorf("New with the page %q succeeded", url)
		}
	}
	if _, err := topics.New(t.Context(), topics.Config{}); err == nil {
		t.Error("New without anything succeeded")
	}
}
