package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ProblemPrefix begins the Type of every problem in the contract.
const ProblemPrefix = "urn:sealpost:problem:"

// ProblemNotReady is the name of the 409 for a recipient without a key yet. The key is
// being created, so retry.
const ProblemNotReady = "recipient-not-ready"

// maxProblem is far above the size of any problem document, in bytes.
const maxProblem = 64 << 10

// Problem is a failure that the API reported as a problem document (RFC 9457), or that
// a proxy reported as a bare status.
type Problem struct { //nolint:errname // RFC 9457 and the contract call it a problem
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	RequestID string `json:"requestId,omitempty"`
	// RetryAfter is the value of the Retry-After header, 0 without one.
	RetryAfter time.Duration `json:"-"`
}

func (p *Problem) Error() string {
	text := fmt.Sprintf("%d %s", p.Status, p.Title)
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	if p.RequestID != "" {
		text += " (request " + p.RequestID + ")"
	}
	return text
}

// Name returns the last part of the Type, such as "message-not-found", or "" for a type
// outside the contract.
func (p *Problem) Name() string {
	name, ok := strings.CutPrefix(p.Type, ProblemPrefix)
	if !ok {
		return ""
	}
	return name
}

// Temporary reports whether a retry of the same request may succeed.
func (p *Problem) Temporary() bool {
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return p.Name() == ProblemNotReady
}

// HasStatus reports whether err is a [*Problem] with the status.
func HasStatus(err error, status int) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status
}

// readProblem turns any answer into a Problem. It omits what it cannot read, but always
// sets the status.
func readProblem(res *http.Response) *Problem {
	p := &Problem{}
	mediaType, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")) // an unreadable one is not a problem document
	if mediaType == "application/problem+json" || mediaType == "application/json" {
		if json.NewDecoder(io.LimitReader(res.Body, maxProblem)).Decode(p) != nil {
			p = &Problem{}
		}
	}
	p.Status = res.StatusCode
	if p.Type == "" {
		p.Type = "about:blank" // RFC 9457, 4.2.1: the status says everything
	}
	if p.Title == "" {
		p.Title = http.StatusText(res.StatusCode)
	}
	if p.RequestID == "" {
		p.RequestID = res.Header.Get("X-Amzn-Requestid")
	}
	p.RetryAfter = retryAfter(res.Header.Get("Retry-After"))
	return p
}

// retryAfter parses seconds, the only form that Sealpost sends.
func retryAfter(value string) time.Duration {
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
