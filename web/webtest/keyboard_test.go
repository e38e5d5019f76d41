package webtest_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestKeyboard signs in, reads and writes without a mouse.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	for i := range 3 {
		s.send(bob, "alice", "text/plain", "", fmt.Appendf(nil, "message %d", i))
	}
	b := openBrowser(t, s.url)
	b.open("")
	b.see("Create an account")

	b.tab()
	b.focused("Skip to content")
	b.key(enter)
	b.tab()
	b.focused("Username")
	b.write(alice.name)
	b.tab()
	b.write(alice.password)
	b.tab()
	b.focused("Show password")
	b.tabBack()
	b.key(enter)

	b.see("Sealed")
	b.until("the heading to have the focus", `document.activeElement.matches("h1")`)
	b.tab()
	b.focused("All")
	b.tab()
	b.focused("Unread")
	b.key(enter)
	b.until("the unread messages", `location.hash === "#/inbox?unread=true" && document.querySelectorAll(".messages .unread").length === 3`)
	b.focused("Unread")
	b.tab()
	b.focused("Unread, from bob")
	b.key(down, down, up)
	b.until("the second row to have the focus", `document.activeElement.closest("li") === document.querySelector(".messages").children[1]`)
	b.key(enter)
	b.see("message 1")
	b.until("the message's heading to have the focus", `document.activeElement.matches(".letter h1")`)
	b.tab()
	b.focused("Reply")
	b.key(escape)
	b.until("the focus to be back in the list", `document.activeElement.closest("li") === document.querySelector(".messages").children[1]`)

	b.open("#/write")
	b.see("Seal and send")
	b.until("the heading", `document.querySelector("h1").textContent === "Write"`)
	b.do(chromedp.Focus(chromedp.JSPath(`finders.field("To")`)))
	b.key(down)
	b.until("the offer", `document.querySelector("[role=option]")`)
	b.key(down)
	b.state("write-offers")
	b.key(enter)
	b.until("bob to be chosen", `finders.field("To").value === "bob"`)
	b.tab()
	b.key(right)
	b.see("Choose a file")
	b.key(left)
	b.tab()
	b.focused("Message")
	b.write("by keyboard")
	b.tab()
	b.focused("Seal and send")
	b.key(enter)
	b.see("Sealed and sent")
	b.until("the heading to have the focus", `document.activeElement.textContent === "Sealed and sent"`)
}
