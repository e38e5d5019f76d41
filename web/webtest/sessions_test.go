package webtest_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestTwoTabs signs in and out for both tabs of a browser.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := s.signUp("alice")
	one := openBrowser(t, s.url)
	two := one.newTab()
	two.open("")
	two.see("Create an account")
	one.signIn(alice)
	two.see("Your mailbox is ready")
	one.press("Sign out")
	one.see("You are signed out")
	two.see("You are signed out")
}

// newTab opens another tab of the same browser.
func (b *browser) newTab() *browser {
	b.t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx)
	b.t.Cleanup(closeTab)
	tab := &browser{t: b.t, ctx: ctx, url: b.url}
	call(tab, page.Enable, page.EnableParams{})
	call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: finders})
	return tab
}

// TestPlainHTTP opens the page as another machine would without TLS. Browsers give no
// WebCrypto there: everything works, and nothing is written down.
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, bob := s.signUp("alice"), s.signUp("bob")
	s.send(bob, "alice", "text/plain", "", []byte("hello"))
	b := openBrowser(t, strings.Replace(s.url, "127.0.0.1", plainHost, 1))
	b.pardon("Cross-Origin-Opener-Policy header has been ignored")
	b.signIn(alice)
	if eval[bool](b, "isSecureContext") {
		t.Fatal("the test does not test what it should: the context is secure")
	}
	b.press("Unread, from bob")
	b.see("hello")
	b.press("Write")
	b.see("a reload would lose the text")
	b.fill("To", "bob")
	b.fill("Message", "over plain http")
	b.press("Seal and send")
	b.see("Sealed and sent")
	if left := eval[string](b, `indexedDB.databases().then((all) => JSON.stringify([all, {...localStorage}, {...sessionStorage}]))`); left != "[[],{},{}]" {
		t.Errorf("something is written down: %s", left)
	}
	b.reload()
	b.see("Create an account")
}
