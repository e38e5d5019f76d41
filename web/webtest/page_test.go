package webtest_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// finders is what tests find things by, as people do: by what is written on them.
//
//go:embed finders.js
var finders string

// seeWithin is how long a thing may take to show. Only failing tests wait so long.
const seeWithin = 20 * time.Second

// open shows an address of the page, by a real navigation.
func (b *browser) open(hash string) {
	b.t.Helper()
	b.mu.Lock()
	b.requests = nil
	b.mu.Unlock()
	b.run(chromedp.Navigate(b.url + "/" + hash))
}

// reload is the browser's.
func (b *browser) reload() {
	b.t.Helper()
	b.run(chromedp.Reload())
}

// until waits for a JavaScript expression to be true.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, seeWithin)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		var ok bool
		// A navigation under way makes evaluating fail: that is "not yet".
		err := chromedp.Run(ctx, chromedp.Evaluate("Boolean("+expression+")", &ok))
		if err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("waited in vain for %s (%v); the page shows:\n%s", what, err, b.text())
		case <-ticker.C:
		}
	}
}

// eval returns the value of an expression.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	var out T
	b.run(chromedp.Evaluate(expression, &out))
	return out
}

// see waits for a text to be visible.
func (b *browser) see(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the text %q", text), "finders.sees("+js(text)+")")
}

// dontSee waits for a text to be gone.
func (b *browser) dontSee(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the text %q to be gone", text), "!finders.sees("+js(text)+")")
}

// press clicks the button or link of a name, with the mouse.
func (b *browser) press(name string) {
	b.t.Helper()
	path := "finders.control(" + js(name) + ")"
	b.until(fmt.Sprintf("the control %q", name), path)
	b.run(chromedp.Click(path, chromedp.ByJSPath))
}

// fill types into the field of a label, over what is there.
func (b *browser) fill(label, text string) {
	b.t.Helper()
	path := "finders.field(" + js(label) + ")"
	b.until(fmt.Sprintf("the field %q", label), path)
	b.run(chromedp.Evaluate(path+".select()", nil), chromedp.Focus(path, chromedp.ByJSPath))
	if text == "" {
		b.run(chromedp.KeyEvent(kb.Delete))
		return
	}
	b.run(chromedp.SendKeys(path, text, chromedp.ByJSPath))
}

// choose gives a file to the page's file field.
func (b *browser) choose(path string) {
	b.t.Helper()
	b.press("File")
	b.run(chromedp.SetUploadFiles("#file", []string{path}, chromedp.ByQuery))
}

// key presses a key where the focus is.
func (b *browser) key(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.run(chromedp.KeyEvent(k))
	}
}

// signIn goes through the sign-in page.
func (b *browser) signIn(p person) {
	b.t.Helper()
	b.open("")
	b.fill("Username", p.name)
	b.fill("Password", p.password)
	b.press("Sign in")
	b.see("Sign out")
}

func js(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(out)
}
