package web

import (
	"net/http"
	"strings"
)

// ContentSecurityPolicy returns the policy of every page. connect are the origins
// besides the page's own that it may talk to: none in the embedded home; on AWS those
// of the API, the user pool, the identity pool and SNS (terraform/ sets the same policy
// on CloudFront).
//
//   - script-src 'self' without unsafe-inline, and trusted types without a single
//     policy: no string ever becomes code or markup, so a message that reached the
//     wrong place in the page would still be text.
//   - img-src blob: shows opened pictures, whose bytes come with a token and so can
//     have no address of their own. No data:, no other origin: a message cannot
//     tell its sender that it was read.
//   - form-action 'none': forms are handled by script. Were it broken, the browser
//     would not send a password as part of an address.
func ContentSecurityPolicy(connect ...string) string {
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' blob:",
		strings.Join(append([]string{"connect-src 'self'"}, connect...), " "),
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// secure sets what every answer carries, errors included.
func secure(header http.Header) {
	header.Set("Content-Security-Policy", ContentSecurityPolicy())
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY") // for browsers older than frame-ancestors
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
}
