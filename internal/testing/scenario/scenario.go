// Package scenario is what Sealpost does for its users, written once and run against
// both backends: from a sign-up to an opened message.
package scenario

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// World is the backend that the scenario runs on.
type World struct {
	// Server is the server's URL.
	Server string
	HTTP   *http.Client
	// Code returns the last confirmation code that was mailed to an address, or an
	// error if there is none yet.
	Code func(ctx context.Context, address string) (string, error)
	// Notifications returns the number of notifications mailed to an address. It is nil
	// if mail is not visible.
	Notifications func(ctx context.Context, address string) (int, error)
}

// Password satisfies every pool's policy.
const Password = "Correct-Horse-9-Battery"

// Person is a signed-in user.
type Person struct {
	Username string
	Address  string
	*client.Client
}

// Register signs up a new user, confirms the address and signs in. The username begins
// with name and is unique.
func Register(t testing.TB, w World, name string) Person {
	t.Helper()
	ctx := t.Context()
	suffix := make([]byte, 4)
	if _, err := rand.Read(suffix); err != nil {
		t.Fatal(err)
	}
	username := name + "-" + hex.EncodeToString(suffix)
	address := username + "@example.org"
	cfg, err := client.Discover(ctx, w.HTTP, w.Server)
	if err != nil {
		t.Fatal(err)
	}
	pool := client.NewPool(w.HTTP, cfg)
	if _, err := pool.SignUp(ctx, username, address, Password); err != nil {
		t.Fatal(err)
	}
	var code string
	eventually.True(t, "the confirmation code", func() bool {
		code, err = w.Code(ctx, address)
		return err == nil
	})
	if err := pool.Confirm(ctx, username, code); err != nil {
		t.Fatal(err)
	}
	tokens, err := pool.SignIn(ctx, username, Password)
	if err != nil {
		t.Fatal(err)
	}
	return Person{username, address, client.New(w.HTTP, cfg, client.NewSession(pool, tokens))}
}

// WaitReady waits until the user can receive messages.
func (p Person) WaitReady(t testing.TB) {
	t.Helper()
	eventually.True(t, p.Username+" is ready", func() bool {
		me, err := p.Me(t.Context())
		return err == nil && me.Ready
	})
}

// Post sends a body and returns the message's id.
func (p Person) Post(t testing.TB, to, contentType, filename string, body []byte) string {
	t.Helper()
	id, err := p.Send(t.Context(), client.Message{
		To: to, ContentType: contentType, Filename: filename, Body: bytes.NewReader(body), Size: int64(len(body)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// Message is an opened message.
type Message struct {
	ContentType, Filename string
	Body                  []byte
}

// Fetch opens a message.
func (p Person) Fetch(ctx context.Context, id string) (m Message, err error) {
	err = p.Open(ctx, id, func(o client.Opened) error {
		body, err := io.ReadAll(o.Body)
		m = Message{o.ContentType, o.Filename, body}
		return err
	})
	return m, err
}

// WaitUnread waits until both the unread count and the inbox have n unread messages.
// They are independent projections. n is at most 100.
func (p Person) WaitUnread(t testing.TB, n int) {
	t.Helper()
	eventually.True(t, p.Username+"'s unread messages", func() bool {
		count, err := p.Unread(t.Context())
		if err != nil || count.Unread != n {
			return false
		}
		list, err := p.Inbox(t.Context(), true, client.Page{Limit: 100})
		return err == nil && len(list.Messages) == n
	})
}

// FromSignUpToRead is the whole scenario. Three users sign up. One sends another a text
// and a file. The recipient is notified, sees both counted, opens them to the same
// bytes and marks them as read. The third user sees none of it.
func FromSignUpToRead(t *testing.T, w World) {
	t.Helper()
	alice, bob, eve := Register(t, w, "alice"), Register(t, w, "bob"), Register(t, w, "eve")
	for _, p := range []Person{alice, bob, eve} {
		p.WaitReady(t)
	}
	file := make([]byte, 300<<10)
	if _, err := rand.Read(file); err != nil {
		t.Fatal(err)
	}
	text := alice.Post(t, bob.Username, "text/plain; charset=utf-8", "", []byte("Meet me at noon. ☕"))
	report := alice.Post(t, bob.Username, "application/pdf", "Bericht für März.pdf", file)
	bob.WaitUnread(t, 2)
	if w.Notifications != nil {
		eventually.True(t, "the notification", func() bool {
			n, err := w.Notifications(t.Context(), bob.Address)
			return err == nil && n >= 1
		})
	}
	checkInbox(t, bob, alice, text, report)
	checkOpened(t, bob, text, Message{"text/plain; charset=utf-8", "", []byte("Meet me at noon. ☕")})
	checkOpened(t, bob, report, Message{"application/pdf", "Bericht für März.pdf", file})
	bob.WaitUnread(t, 2) // opening is not reading

	for _, stranger := range []Person{eve, alice} {
		if _, err := stranger.Fetch(t.Context(), text); !client.HasStatus(err, http.StatusNotFound) {
			t.Errorf("%s opened bob's message: %v", stranger.Username, err)
		}
		if err := stranger.MarkRead(t.Context(), text); !client.HasStatus(err, http.StatusNotFound) {
			t.Errorf("%s marked bob's message as read: %v", stranger.Username, err)
		}
	}
	if err := bob.MarkRead(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	bob.WaitUnread(t, 1)
	list, err := bob.Inbox(t.Context(), true, client.Page{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Messages) != 1 || list.Messages[0].ID != report {
		t.Errorf("unread messages: %+v", list.Messages)
	}
}

func checkInbox(t *testing.T, bob, alice Person, oldestFirst ...string) {
	t.Helper()
	var list client.MessageList
	eventually.True(t, "the inbox", func() bool {
		var err error
		list, err = bob.Inbox(t.Context(), false, client.Page{})
		return err == nil && len(list.Messages) == len(oldestFirst)
	})
	for i, m := range list.Messages {
		if want := oldestFirst[len(oldestFirst)-1-i]; m.ID != want || m.Read || m.From.Username != alice.Username {
			t.Errorf("inbox[%d] is %+v, want %s from %s", i, m, want, alice.Username)
		}
	}
}

func checkOpened(t *testing.T, p Person, id string, want Message) {
	t.Helper()
	got, err := p.Fetch(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got.ContentType != want.ContentType || got.Filename != want.Filename || !bytes.Equal(got.Body, want.Body) {
		t.Errorf("opened %s %q with %d bytes, want %s %q with %d", got.ContentType, got.Filename, len(got.Body),
			want.ContentType, want.Filename, len(want.Body))
	}
}

// ErrNoMail means that the mail has not arrived yet.
var ErrNoMail = errors.New("no such mail yet")
