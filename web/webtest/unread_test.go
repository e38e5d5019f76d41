package webtest_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// TestUnreadOnly shows what is unread and nothing else. What is read meanwhile stays
// where it is until the reader begins the list anew.
func TestUnreadOnly(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	for i := range 3 {
		s.send(bob, "alice", "text/plain", "", fmt.Appendf(nil, "message %d", i))
	}
	eventually.True(t, "the messages", func() bool { return s.inboxSize(alice) == 3 })
	s.markAllRead(alice, 2)
	b := openBrowser(t, s.url)
	b.signIn(alice)
	b.until("all messages", rows(3, 2))

	b.press("Unread")
	b.until("the unread ones", rows(2, 2))
	b.until("the title to say so", `document.title === "(2) Unread · Sealpost"`)
	b.reload()
	b.until("the unread ones again, by their address", `location.hash === "#/inbox?unread=true" && `+rows(2, 2))
	b.state("unread")

	readOneStays(b, s)
	readElsewhere(b, s, alice)
	nothingUnread(b, s, bob)
	b.press("All")
	b.until("all messages", `location.hash === "#/inbox" && `+rows(4, 1))
	unreadPages(b, s, bob)
	unreadFails(b, s)
}

// rows is true when the list has so many messages, of which so many are unread.
func rows(all, unread int) string {
	return fmt.Sprintf(`document.querySelectorAll(".messages .from").length === %d && document.querySelectorAll(".messages .unread").length === %d`, all, unread)
}

// readOneStays opens a message and sees it stay, as read, while the page looks for news.
func readOneStays(b *browser, s *server) {
	b.press("Unread, from bob")
	b.see("message 2")
	b.until("the message to be read", rows(2, 1))
	looks, end := s.countLists()
	b.until("the count of the server", `document.title === "(1) From bob · Sealpost"`)
	eventually.True(b.t, "a few looks for news", func() bool { return looks.Load() >= 2 })
	end()
	b.until("the row to be there, and current", rows(2, 1)+` && document.querySelector(".messages li:first-child a[aria-current]")`)
	b.state("unread-open")

	b.key(escape)
	b.until("the focus to be on its row", `location.hash === "#/inbox?unread=true" && document.activeElement === document.querySelector(".messages li:first-child a")`)
	b.press("Unread")
	b.until("what is unread now", rows(1, 1))
}

// countLists counts how often the page asks for the unread messages.
func (s *server) countLists() (*atomic.Int64, func()) {
	var asked atomic.Int64
	end := s.make(http.MethodGet, "/messages", func(w http.ResponseWriter, r *http.Request) {
		s.forward.ServeHTTP(w, r)
		if r.URL.Query().Get("unread") == "true" {
			asked.Add(1)
		}
	})
	return &asked, end
}

// readElsewhere reads the last message on another device.
func readElsewhere(b *browser, s *server, alice person) {
	s.markAllRead(alice, 0)
	b.until("it to be shown as read, in its place", rows(1, 0))
}

// nothingUnread sees that nothing is left, and then something come.
func nothingUnread(b *browser, s *server, bob person) {
	b.press("Unread")
	b.see("Nothing unread")
	b.until("the place not to move", `getComputedStyle(document.querySelector(".pane")).display !== "none"`)
	b.state("unread-nothing")
	s.send(bob, "alice", "text/plain", "", []byte("message 3"))
	b.until("it to come, without a reload", rows(1, 1))
	b.dontSee("Nothing unread")
	b.press("All")
	b.until("all messages", rows(4, 1))
	eval[any](b, "history.back()")
	b.until("the unread ones, by going back", `location.hash === "#/inbox?unread=true" && `+rows(1, 1))
}

// unreadPages pages through more unread messages than a page holds, some of which are
// read meanwhile.
func unreadPages(b *browser, s *server, bob person) {
	for i := range 40 {
		s.send(bob, "alice", "text/plain", "", fmt.Appendf(nil, "message %d", 4+i))
	}
	b.until("the count", `document.title === "(41) Inbox · Sealpost"`)
	b.press("Unread")
	b.until("a page", `document.querySelectorAll(".messages .from").length >= 30`)
	b.press("Unread, from bob")
	b.see("message 43")
	b.until("the first to be read", `document.querySelectorAll(".messages .unread").length >= 29 && !document.querySelector(".messages li:first-child .unread")`)
	b.until("all of them, as one scrolls", `(document.querySelector(".messages").lastElementChild.scrollIntoView(), `+rows(41, 40)+`)`)
	b.see("That is all.")
	b.until("each to be there once", `new Set([...document.querySelectorAll(".messages a")].map((a) => a.href)).size === 41`)
}

// unreadFails sees the list fail and come, while the other one stays as it is.
func unreadFails(b *browser, s *server) {
	b.press("All")
	b.until("all messages", `location.hash === "#/inbox" && document.querySelectorAll(".messages .from").length >= 30`)
	b.pardon("500 (Internal Server Error)")
	end := s.make(http.MethodGet, "/messages", failure)
	b.press("Unread")
	b.see("Something failed on our side")
	b.press("All")
	b.dontSee("Something failed")
	b.press("Unread")
	b.see("Something failed on our side")
	end()
	b.press("Try again")
	b.until("the unread ones", `document.querySelectorAll(".messages .unread").length >= 30`)
	b.dontSee("Something failed")
}
