package webtest_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// TestJourney lets two people, each with a browser of their own, write to one another.
func TestJourney(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	a, b := openBrowser(t, s.url), openBrowser(t, s.url)
	a.signIn(alice)
	b.signIn(bob)
	b.see("Nothing here yet")

	sendText(a)
	readText(b, s, bob)
	reply(a, b)
	sendPicture(a, b)
	sendFile(a, b)
	paging(b, s, alice)
	leave(b, s)
}

// letter would be markup, a script and a picture from elsewhere, were it not text.
const letter = "Dear Bob,\n<b>bold</b> <script>document.title = 'run'</script> <img src=https://elsewhere.example/x.png onerror=\"document.title='run'\">\nYours, Alice"

func sendText(a *browser) {
	a.press("People")
	a.see("Ready to receive")
	a.state("people")
	a.fill("Search by name", "BO")
	a.see("1 person")
	a.press("Write to bob")
	a.see("Seal and send")
	a.state("write")
	a.fill("Message", letter)
	a.press("Seal and send")
	a.see("Sealed and sent")
	a.see("Only bob can open it.")
	a.state("sent")
}

// readText sees the message come without a reload, opens it, and sees it counted as read.
func readText(b *browser, s *server, bob person) {
	b.see("Sealed")
	b.until("the count in the title", `document.title === "(1) Inbox · Sealpost"`)
	b.until("the badge", `document.querySelector(".badge").textContent === "1 unread"`)
	b.state("inbox-unread")
	b.press("Unread, from alice")
	b.see("Yours, Alice")
	b.until("the text to be text", `document.querySelector(".text").textContent === `+js(letter))
	b.until("the count to be gone", `document.title === "From alice · Sealpost"`)
	b.until("the badge to be gone", `document.querySelector(".badge").hidden`)
	b.state("message-text")
	eventually.True(b.t, "the server to know it as read", func() bool {
		var count struct{ Unread int }
		s.decode(s.request("GET", "/messages/unread-count", nil, bob.header()), &count)
		return count.Unread == 0
	})
}

func reply(a, b *browser) {
	b.press("Reply")
	b.until("the reply to go to alice", `finders.field("To")?.value === "alice"`)
	b.fill("Message", "Thank you!")
	b.press("Seal and send")
	b.see("Sealed and sent")
	a.press("To the inbox")
	a.press("Unread, from bob")
	a.see("Thank you!")
}

// sendPicture drops a file onto the page.
func sendPicture(a, b *browser) {
	a.press("Write")
	a.see("Seal and send")
	a.fill("To", "bob")
	// Headless browsers drop no files from outside, so the drop is the page's own event.
	eval[any](a, `finders.drop("Föhr.png", "image/png", `+js(picture(a.t))+`)`)
	a.see("Föhr.png")
	a.state("write-file")
	a.press("Seal and send")
	a.see("Sealed and sent")
	b.press("Inbox")
	b.press("Unread, from alice")
	b.until("the picture", `document.querySelector(".picture img")?.naturalWidth === 480`)
	b.see("Föhr.png")
	b.state("message-picture")
}

// sendFile is saved byte for byte, and never opened.
func sendFile(a, b *browser) {
	content := bytes.Repeat([]byte("%PDF-1.7 "), 9000)
	path := filepath.Join(a.t.TempDir(), "Quarterly report.pdf")
	writeFile(a.t, path, content)
	a.press("Write another")
	a.fill("To", "bob")
	a.choose(path)
	a.see("Quarterly report.pdf")
	a.press("Seal and send")
	a.see("Sealed and sent")

	b.press("Inbox")
	b.press("Unread, from alice")
	b.see("Quarterly report.pdf")
	b.see("81 kB")
	b.state("message-file")
	folder := b.t.TempDir()
	if _, err := chromedp.CallBrowser(b.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder,
	}); err != nil {
		b.t.Fatal(err)
	}
	b.press("Save Quarterly report.pdf")
	eventually.True(b.t, "the file to be saved", func() bool {
		saved, err := os.ReadFile(filepath.Join(folder, "Quarterly report.pdf"))
		return err == nil && bytes.Equal(saved, content)
	})
}

// paging loads older messages as one scrolls.
func paging(b *browser, s *server, alice person) {
	for i := range 62 {
		s.send(alice, "bob", "text/plain", "", fmt.Appendf(nil, "message %d", i))
	}
	b.press("Inbox")
	b.until("the new messages, without a reload", `document.title === "(62) Inbox · Sealpost"`)
	b.reload()
	b.until("the first page", `document.querySelectorAll(".messages li .from").length >= 30`)
	b.state("inbox-long")
	b.until("all messages, as one scrolls", `(document.querySelector(".messages").lastElementChild.scrollIntoView(), document.querySelectorAll(".messages li").length === 65)`)
	b.see("That is all.")
	b.until("each to be there once", `new Set([...document.querySelectorAll(".messages a")].map((a) => a.href)).size === 65`)
}

// leave signs out: nothing stays in the browser, and the pool takes the token no more.
func leave(b *browser, s *server) {
	revoked := make(chan struct{}, 1)
	end := s.make("POST", "/cognito-idp", s.watch("RevokeToken", revoked))
	b.press("Sign out")
	b.see("You are signed out")
	eventually.True(b.t, "the refresh token to be revoked", func() bool { return len(revoked) == 1 })
	end()
	b.until("the vault to be empty", "!Object.keys(localStorage).length && !Object.keys(sessionStorage).length")
	if left := eval[int](b, countEntries); left != 0 {
		b.t.Errorf("%d entries stay in the vault after signing out", left)
	}
	b.open("#/inbox")
	b.see("Create an account")
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// picture is a landscape, more or less.
func picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 480, 320))
	for y := range 320 {
		for x := range 480 {
			c := color.RGBA{uint8(235 - y/3), uint8(205 - y/4), uint8(190 + y/8), 255}
			if y > 200+(x*x/2500)%20 {
				c = color.RGBA{uint8(60 + x/24), uint8(90 + (y-200)/4), 120, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
