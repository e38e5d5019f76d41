package web

import (
	"net/http"
	"strings"
)

// ContentSecurityPolicy returns the policy of every page. connect are the other origins
// that the page may call: none in the embedded backend; on AWS those of the API, the
// user pool, the identity pool and SNS (terraform/ sets the same policy on CloudFront).
//
//   - script-src 'self' without unsafe-inline, and trusted types without any policy: no
//     string ever becomes code or markup, so a message in the wrong place of the page
//     would still be text.
//   - img-src blob: shows opened pictures, whose bytes require a token and so cannot
//     have a URL. No data: and no other origin, so that a message cannot tell its
//     sender that it was read.
//   - form-action 'none': script handles forms. If the script fails, the browser must
//     not send a password in a URL.
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

// secure sets the headers of every response, errors included.
func secure(header http.Header) {
	header.Set("Content-Security-Policy", ContentSecurityPolicy())
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY") // for browsers that do not support frame-ancestors
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
}
