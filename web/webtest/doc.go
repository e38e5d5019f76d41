// Package webtest drives the page in a real browser (Debian's chromium, by chromedp)
// against a real embedded server, with one browser profile per user.
//
// A test fails on any script error, any output on the console's error channel, any
// violation of the Content-Security-Policy and any request to another origin. axe-core
// checks every state with a screenshot. The screenshots are for review: they are in
// screenshots/, which is not committed.
//
//	go test ./web/webtest                          everything
//	go test ./web/webtest -run History -inbox      also writes docs/inbox.png, for the README
package webtest
