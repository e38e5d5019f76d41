package webtest_test

import (
	"testing"
)

// TestStates shows the states that a healthy server does not show by itself.
func TestStates(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	s.send(bob, "alice", "text/plain", "", []byte("hello"))
	b := openBrowser(t, s.url)
	b.signIn(alice)
	b.see("Sealed")

	b.pardon("404 (Not Found)")
	b.open("#/inbox/01JQ0000000000000000000000")
	b.see("There is no such message")
	b.state("message-missing")

	b.open("#/people")
	b.fill("Search by name", "zoe")
	b.see("There is nobody called “zoe” here")
	b.state("people-nobody")

	serverError(b, s)
	slow(b, s)
	offline(b, s)
}

func serverError(b *browser, s *server) {
	b.pardon("500 (Internal Server Error)")
	end := s.make("GET", "/messages", failure)
	b.open("#/inbox")
	b.reload()
	b.see("Something failed on our side")
	b.see("01JQREQUEST00000000000000")
	b.state("inbox-error")
	end()
	b.press("Try again")
	b.see("bob")
	b.dontSee("Something failed")
}

func slow(b *browser, s *server) {
	handle, release := s.held()
	end := s.make("GET", "/messages", handle)
	b.reload()
	b.until("the skeleton", `document.querySelector(".skeleton")`)
	b.see("The connection seems to be slow")
	b.state("inbox-slow")
	end()
	release()
	b.see("bob")
	b.dontSee("seems to be slow")
}

func offline(b *browser, s *server) {
	b.pardon("Failed to load resource")
	end := s.make("", "/", unreachable)
	b.offline(true)
	b.see("You are offline.")
	b.press("Unread, from bob")
	b.see("Try again when the connection is back")
	b.state("offline")
	end()
	b.offline(false)
	b.dontSee("What is on the screen stays")
	b.press("Try again")
	b.see("hello")
}
