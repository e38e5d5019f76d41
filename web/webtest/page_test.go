package webtest_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
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
	b.do(chromedp.Navigate(b.url + "/" + hash))
}

// reload is the browser's.
func (b *browser) reload() {
	b.t.Helper()
	b.do(chromedp.Reload())
}

// until waits for a JavaScript expression to be true, or a promise of it.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, seeWithin)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		// A navigation under way makes evaluating fail: that is "not yet".
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("(async () => Boolean(await ("+expression+")))()", chromedp.EvalAwaitPromise))
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

// painted waits for two frames: one to lay out, one to have painted.
func (b *browser) painted() {
	b.t.Helper()
	eval[chromedp.Void](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`)
}

// eval returns the value of an expression.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, seeWithin)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("evaluating %s: %v", expression, err)
	}
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
	b.do(chromedp.Click(chromedp.JSPath(path)))
}

// fill types into the field of a label, over what is there.
func (b *browser) fill(label, text string) {
	b.t.Helper()
	path := "finders.field(" + js(label) + ")"
	b.until(fmt.Sprintf("the field %q", label), path)
	b.do(chromedp.Focus(chromedp.JSPath(path)), chromedp.Evaluate[chromedp.Void](path+".select()"))
	if text == "" {
		b.do(chromedp.KeyEvent(kb.Delete))
		return
	}
	b.do(chromedp.SendKeys(chromedp.JSPath(path), text))
}

// choose gives a file to the page's file field.
func (b *browser) choose(path string) {
	b.t.Helper()
	b.press("File")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{path}))
}

// key presses keys where the focus is. Each goes as one event that makes the browser
// produce the character by itself, as a keyboard does: so the page can keep it from
// doing that.
func (b *browser) key(keys ...rune) {
	b.t.Helper()
	for _, k := range keys {
		events := kb.Encode(k)
		down, up := *events[0], *events[len(events)-1]
		down.Type, down.Text = input.DispatchKeyEventTypeKeyDown, ""
		if len(events) == 3 {
			down.Text = events[1].Text
		}
		call(b, input.DispatchKeyEvent, down)
		call(b, input.DispatchKeyEvent, up)
	}
}

// write types where the focus is.
func (b *browser) write(text string) { b.t.Helper(); b.do(chromedp.KeyEvent(text)) }

// The keys that the tests press.
var (
	tab, enter, escape = key(kb.Tab), key(kb.Enter), key(kb.Escape)
	left, right        = key(kb.ArrowLeft), key(kb.ArrowRight)
	up, down           = key(kb.ArrowUp), key(kb.ArrowDown)
)

func key(s string) rune { return []rune(s)[0] }

// tab moves the focus as the Tab key does, and backwards with Shift.
func (b *browser) tab() { b.t.Helper(); b.key(tab) }

func (b *browser) tabBack() {
	b.t.Helper()
	b.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
}

// focused waits for the focus to be on what is called so.
func (b *browser) focused(name string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the focus on %q", name), "finders.focused().startsWith("+js(name)+")")
}

// offline takes the connection away from the page, or gives it back.
func (b *browser) offline(on bool) {
	b.t.Helper()
	call(b, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: on, DownloadThroughput: -1, UploadThroughput: -1})
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
