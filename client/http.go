package client

import (
	"net"
	"net/http"
	"time"
)

// Timeouts of an HTTP client for interactive use.
const (
	dialTimeout = 5 * time.Second
	// answerTimeout is above API Gateway's integration timeout of 29 seconds (API
	// Gateway quotas page).
	answerTimeout = 35 * time.Second
	// callTimeout limits a whole call: 4 MiB at 40 kB/s.
	callTimeout = 2 * time.Minute
)

// NewHTTPClient returns the HTTP client that the CLI uses. It follows no redirects. The
// contract has none, and the target of a redirect could receive the token.
func NewHTTPClient() *http.Client {
	return &http.Client{
		Timeout: callTimeout,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSHandshakeTimeout:   dialTimeout,
			ResponseHeaderTimeout: answerTimeout,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       90 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
