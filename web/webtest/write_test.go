package webtest_test

import (
	"bytes"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// TestRetryNeverSendsTwice loses the answer to a message that was stored, and then the
// whole page: the message is sent again, and is there once.
func TestRetryNeverSendsTwice(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	b := openBrowser(t, s.url)
	b.signIn(alice)
	b.pardon("Failed to load resource")

	end := s.make("POST", "/messages", s.lost)
	b.open("#/write?to=bob")
	b.fill("Message", "once and only once")
	b.press("Seal and send")
	b.see("The server cannot be reached")
	b.see("sending again never sends it twice")
	b.state("write-failed")
	eventually.True(t, "the message that the page knows nothing of", func() bool { return s.inboxSize(bob) == 1 })

	b.press("Try again")
	b.see("The server cannot be reached")
	b.reload()
	b.see("Your draft was kept")
	end()
	b.press("Seal and send")
	b.see("Sealed and sent")

	s.send(alice, "bob", "text/plain", "", []byte("a mark behind it"))
	eventually.True(t, "the mark", func() bool { return s.inboxSize(bob) >= 2 })
	if n := s.inboxSize(bob); n != 2 {
		t.Errorf("bob has %d messages, want the one and the mark", n)
	}
}

// TestDraftSurvives writes while the session ends.
func TestDraftSurvives(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	path := filepath.Join(t.TempDir(), "plan.txt")
	writeFile(t, path, []byte("the plan"))
	b := openBrowser(t, s.url)
	b.signIn(alice)
	b.pardon("400 (Bad Request)", "401 (Unauthorized)")

	b.open("#/write?to=bob")
	b.fill("Message", "half a thought")
	b.see("Draft kept on this device")
	b.reload()
	b.see("Your draft was kept")
	b.until("the text", `finders.field("Message").value === "half a thought"`)
	b.choose(path)
	b.see("plan.txt")

	// The pool will have nothing more to do with the refresh token, nor the API with the ID token.
	endPool := s.make("POST", "/cognito-idp", answer(http.StatusBadRequest, "application/x-amz-json-1.1", `{"__type":"NotAuthorizedException","message":"Refresh Token has expired"}`))
	endAPI := s.make("POST", "/messages", answer(http.StatusUnauthorized, "application/problem+json", `{"type":"urn:sealpost:problem:unauthorized","title":"Not signed in","status":401,"requestId":"r"}`))
	b.press("Seal and send")
	b.see("Your session has ended")
	b.see("kept for you on this device")
	b.state("session-ended")
	endPool()
	endAPI()
	b.fill("Username", alice.name)
	b.fill("Password", alice.password)
	b.press("Sign in")
	b.see("Your draft was kept")
	b.see("plan.txt")
	b.state("write-restored")
	b.press("Seal and send")
	b.see("Only bob can open it.")
	eventually.True(t, "the file", func() bool { return s.inboxSize(bob) == 1 })

	draftIsNobodyElses(b, alice, bob)
}

// draftIsNobodyElses leaves a draft behind by signing out, and by an expired session
// after which somebody else signs in.
func draftIsNobodyElses(b *browser, alice, bob person) {
	b.press("Write another")
	b.fill("Message", "for alice's eyes")
	b.press("Sign out")
	b.see("You are signed out")
	if left := eval[int](b, countEntries); left != 0 {
		b.t.Errorf("%d entries stay in the vault after signing out", left)
	}
	b.signIn(bob)
	b.open("#/write")
	b.see("Seal and send")
	b.until("an empty field", `finders.field("Message").value === ""`)
	_ = alice
}

// TestWhatIsRefused sees each refusal said where it belongs.
func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := s.signUp("alice")
	s.signUp("bob")
	path := filepath.Join(t.TempDir(), "film.mov")
	writeFile(t, path, bytes.Repeat([]byte{1}, 4<<20+1))
	b := openBrowser(t, s.url)
	b.signIn(alice)
	b.pardon("404 (Not Found)", "409 (Conflict)", "500 (Internal Server Error)")

	b.open("#/write")
	b.press("Seal and send")
	b.see("Choose who it is for.")
	b.fill("To", "zoe")
	b.fill("Message", "hello?")
	b.see("There is nobody called “zoe” here.")
	b.press("Seal and send")
	b.until("the focus to be on the name", `document.activeElement === finders.field("To")`)
	b.state("write-nobody")

	b.choose(path)
	b.see("film.mov has 4.2 MB; at most 4 MiB can be sent.")
	b.state("write-too-large")

	b.press("Text")
	b.fill("To", "bob")
	end := s.make("POST", "/messages", answer(http.StatusConflict, "application/problem+json", `{"type":"urn:sealpost:problem:recipient-not-ready","title":"x","status":409,"requestId":"r"}`))
	b.press("Seal and send")
	b.see("bob cannot receive yet")
	b.state("write-not-ready")
	end()

	end = s.make("POST", "/messages", failure)
	b.press("Try again")
	b.see("01JQREQUEST00000000000000")
	b.state("write-error")
	end()
	b.press("Try again")
	b.see("Sealed and sent")
}

// TestProgress sends the largest file there is, over a line that stops.
func TestProgress(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	path := filepath.Join(t.TempDir(), "four.bin")
	writeFile(t, path, bytes.Repeat([]byte{7}, 4<<20))
	b := openBrowser(t, s.url)
	b.signIn(alice)

	handle, release := s.held()
	end := s.make("POST", "/messages", handle)
	b.open("#/write?to=bob")
	b.choose(path)
	b.see("four.bin")
	b.press("Seal and send")
	b.see("Sending, ")
	b.state("write-sending")
	b.press("Cancel")
	b.see("Nothing was lost")

	// The message goes on while one looks at something else, and says so when it is there.
	b.press("Seal and send")
	b.see("Cancel")
	b.press("People")
	b.see("Ready to receive")
	end()
	release()
	b.see("Sent to bob.")
	b.state("sent-elsewhere")
	eventually.True(t, "the file", func() bool { return s.inboxSize(bob) == 1 })
}
