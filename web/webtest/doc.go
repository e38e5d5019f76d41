// Package webtest drives the page in a real browser (Debian's chromium, by
// chromedp) against a real embedded server, one browser profile per person.
//
// A test fails by itself on any script error, any word on the console's error
// channel, any violation of the Content-Security-Policy and any request to another
// origin; axe-core checks every state that is photographed. The photographs are for
// eyes: they are in screenshots/, which is not committed.
//
//	go test ./web/webtest                          everything
//	go test ./web/webtest -run History -inbox      also writes docs/inbox.png, the README's
package webtest
