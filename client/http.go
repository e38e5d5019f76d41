package client

import (
	"net"
	"net/http"
	"time"
)

// Timeouts of an HTTP client that people wait for.
const (
	dialTimeout = 5 * time.Second
	// answerTimeout is above the 29 seconds that API Gateway gives an integration
	// (API Gateway quotas page).
	answerTimeout = 35 * time.Second
	// callTimeout bounds a whole call: 4 MiB over a line of 40 kB/s.
	callTimeout = 2 * time.Minute
)

// NewHTTPClient makes the HTTP client that the command line uses. It follows no
// redirect: the contract has none, and whoever redirects could be given the token.
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
