package webtest_test

import (
	"fmt"
	"strings"
	"testing"
)

// countEntries counts what is in the vault.
const countEntries = `new Promise((resolve, reject) => {
	const open = indexedDB.open("sealpost");
	open.onerror = () => reject(open.error);
	open.onsuccess = () => {
		const count = open.result.transaction("entries").objectStore("entries").count();
		count.onsuccess = () => { open.result.close(); resolve(count.result); };
	};
})`

// TestContentIsNeverRun sends what would like to be a page.
func TestContentIsNeverRun(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice, mallory := s.signUp("alice"), s.signUp("mallory")
	const run = `<script>parent.document.title = document.title = "run"</script>`
	hostile := []struct{ contentType, filename, body string }{
		{"text/html", "page.html", "<!doctype html><h1>hello</h1>" + run},
		{"text/html; charset=utf-8", "", run},
		{"image/svg+xml", "picture.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='run'">` + run + `</svg>`},
		{"image/png", "picture.png", "<svg xmlns='http://www.w3.org/2000/svg'>" + run + "</svg>"},
		{"application/xhtml+xml", "page.xhtml", `<html xmlns="http://www.w3.org/1999/xhtml">` + run + `</html>`},
		{"text/javascript", "run.js", `document.title = "run"`},
		{"text/plain", "", run},
	}
	for _, m := range hostile {
		s.send(mallory, "alice", m.contentType, m.filename, []byte(m.body))
	}
	b := openBrowser(t, s.url)
	b.signIn(alice)
	for i := range hostile {
		nth := fmt.Sprintf(`document.querySelectorAll(".messages a")[%d]`, len(hostile)-1-i)
		b.until("the message", nth)
		eval[any](b, nth+".click()")
		b.until("the message to be shown and counted", nth+`.matches("[aria-current]:not(.unread)")`)
		b.until("nothing to be run", `!document.title.includes("run") && !document.querySelector(".letter iframe, .letter object, .letter embed, .letter script, .letter svg svg, .letter img")`)
		if i < len(hostile)-1 {
			b.until("it to be offered for saving only", `document.querySelector(".attachment[download]")?.href.startsWith("blob:")`)
		}
	}
	b.see(run)
	b.state("message-hostile")
}

// TestNothingReadableStays looks for tokens and messages wherever a browser keeps things.
func TestNothingReadableStays(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := s.signUp("alice")
	b := openBrowser(t, s.url)
	b.signIn(alice)
	b.open("#/write")
	b.fill("Message", "unmistakable words")
	b.until("the draft to be kept", "("+countEntries+").then((n) => n >= 3)")
	// Everything but the key is bytes, and the bytes are not readable.
	const dump = `new Promise((resolve) => {
		const open = indexedDB.open("sealpost");
		open.onsuccess = () => {
			const store = open.result.transaction("entries").objectStore("entries");
			const all = store.getAll();
			all.onsuccess = () => resolve(all.result.map((e) => e instanceof CryptoKey
				? "key extractable=" + e.extractable
				: String.fromCharCode(...new Uint8Array(e.data))).join("\n"));
		};
	})`
	stored := eval[string](b, dump)
	for _, secret := range []string{"unmistakable", "refreshToken", "alice", "eyJ"} {
		if strings.Contains(stored, secret) {
			t.Errorf("the vault holds %q in the clear", secret)
		}
	}
	if !strings.Contains(stored, "key extractable=false") {
		t.Error("the vault's key can be exported, or there is none")
	}
	if left := eval[string](b, `JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])`); left != `[{},{},""]` {
		t.Errorf("something is kept outside the vault: %s", left)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.requests {
		if strings.Contains(r.url, "eyJ") || strings.Contains(r.url, "assword") {
			t.Errorf("a secret in an address: %s", r.url)
		}
	}
}

// TestMarkupIsImpossible tries what a mistake in a view might do.
func TestMarkupIsImpossible(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	b := openBrowser(t, s.url)
	b.pardon("TrustedHTML", "TrustedScript", "Trusted Type", "trusted-types", "Content Security Policy")
	b.open("")
	b.see("Create an account")
	for _, attempt := range []string{
		`document.body.insertAdjacentHTML("beforeend", "<b>x</b>")`,
		`document.createElement("div").innerHTML = "<b>x</b>"`,
		`document.createElement("script").text = "document.title = 'run'"`,
		`trustedTypes.createPolicy("p", {createHTML: (x) => x})`,
	} {
		if got := eval[string](b, `(() => { try { `+attempt+`; return "allowed"; } catch (e) { return e.name; } })()`); got != "TypeError" {
			t.Errorf("%s: %s, want a TypeError", attempt, got)
		}
	}
}
