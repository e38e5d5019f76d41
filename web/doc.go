// Package web is the web page: plain HTML, CSS and JavaScript modules in static/,
// without a build step (docs/decisions/2026-11-24-web-page-no-build-step.md). [Handler]
// serves the files in the embedded backend, CloudFront serves them on AWS.
//
// webtest drives the page in a real browser.
package web
