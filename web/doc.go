// Package web is the page that most people know Sealpost by: plain HTML, CSS and
// JavaScript modules in static/, without a build step (docs/decisions/
// 2026-11-24-web-page-no-build-step.md). The same files are served by [Handler] in
// the embedded home and by CloudFront on AWS.
//
// webtest drives the page in a real browser.
package web
