package webtest_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// readmePicture is small enough for a README: the limit is 120 KB.
const (
	readmePicture = "../../docs/inbox.png"
	mostOfPicture = 120_000
)

// TestHistory shows an inbox that has grown over some weeks: messages are told apart
// by time, day and date. With -inbox it makes the README's picture of it.
func TestHistory(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	s := startServerAgo(t, 40*day)
	for _, name := range []string{"ada", "bruno", "chiara", "dorothea", "emil", "noor"} {
		s.signUp(name)
	}
	note := []byte("Dear Ada,\n\nthe keys to the harbour office are with Emil until Thursday. He knows that you are coming; " +
		"ring twice, the bell is older than all of us.\n\nThe drawings of the eastern wall are in my last message. " +
		"Look at the second sheet first, and tell me whether you see what I see.\n\nYours,\nNoor")
	history := []struct {
		ago             time.Duration
		from, typ, file string
		body            []byte
	}{
		{33 * day, "emil", "text/plain", "", note[:120]},
		{21 * day, "dorothea", "application/pdf", "minutes.pdf", make([]byte, 214_000)},
		{9 * day, "bruno", "text/plain", "", note[:48]},
		{4 * day, "chiara", "image/png", "east.png", picture(t)},
		{2 * day, "dorothea", "application/zip", "archive.zip", make([]byte, 3_400_000)},
		{26 * time.Hour, "noor", "image/png", "wall.png", picture(t)},
		{90 * time.Minute, "noor", "text/plain; charset=utf-8", "", note},
		{40 * time.Minute, "bruno", "text/plain", "", note[:200]},
		{5 * time.Minute, "chiara", "application/pdf", "offer.pdf", make([]byte, 88_000)},
	}
	for _, m := range history {
		s.ago.Store(int64(m.ago)) // forwards only: nothing in the server has to fear a clock that goes back
		s.send(s.signIn(m.from), "ada", m.typ, m.file, m.body)
	}
	s.ago.Store(0)
	s.markAllRead(s.signIn("ada"), 2)
	b := openBrowser(t, s.url)
	b.signIn(person{name: "ada", password: password})
	b.until("all messages, two of them unread", `document.querySelectorAll(".messages li .from").length === 9 && document.querySelectorAll(".unread").length === 2`)
	b.open("#/inbox")
	b.press("noor")
	b.see("Look at the second sheet first")
	b.state("inbox-history")
	b.savePicture()
}

// markAllRead marks all but the newest messages as read.
func (s *server) markAllRead(p person, but int) {
	s.t.Helper()
	unread := func() []string {
		var list struct {
			Messages []struct {
				ID   string
				Read bool
			}
		}
		s.decode(s.request(http.MethodGet, "/messages?limit=100", nil, p.header()), &list)
		var ids []string
		for _, m := range list.Messages {
			if !m.Read {
				ids = append(ids, m.ID)
			}
		}
		return ids
	}
	for _, id := range unread()[but:] {
		s.request(http.MethodPost, "/messages/"+id+"/read", nil, p.header())
	}
	eventually.True(s.t, "the others to be read", func() bool { return len(unread()) == but })
}

func (b *browser) savePicture() {
	b.t.Helper()
	b.shoot("readme.png")
	picture, err := os.ReadFile(filepath.Join(screenshots, "readme.png"))
	if err != nil {
		b.t.Fatal(err)
	}
	if len(picture) > mostOfPicture {
		b.t.Errorf("the README's picture would have %d bytes", len(picture))
	}
	if *writeInbox {
		writeFile(b.t, readmePicture, picture)
	}
}
