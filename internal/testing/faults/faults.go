// Package faults injects faults under the AWS SDK's clients. Its round tripper answers
// instead of the service, loses answers, or damages them.
package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Call is one request that a client made.
type Call struct {
	// Operation is the last part of X-Amz-Target, or method and path for REST services.
	Operation string
	Request   *http.Request
	Body      []byte
}

// Fault handles a call. forward sends the request to the service.
type Fault func(c Call, forward func() (*http.Response, error)) (*http.Response, error)

// Transport is an http.RoundTripper with faults. A call without a remaining fault goes
// to the service unchanged.
type Transport struct {
	next http.RoundTripper

	mu     sync.Mutex
	faults map[string][]Fault
	calls  []Call
}

// New returns a transport without faults in front of next. If next is nil, a call
// without a fault is an error.
func New(next http.RoundTripper) *Transport {
	return &Transport{next: next, faults: map[string][]Fault{}}
}

// Client returns an HTTP client with this transport.
func (tr *Transport) Client() *http.Client { return &http.Client{Transport: tr} }

// On adds faults for the next calls of an operation, one for each call.
func (tr *Transport) On(operation string, fs ...Fault) *Transport {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.faults[operation] = append(tr.faults[operation], fs...)
	return tr
}

// Calls returns the calls of an operation so far, or all calls for "".
func (tr *Transport) Calls(operation string) []Call {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	var out []Call
	for _, c := range tr.calls {
		if operation == "" || c.Operation == operation {
			out = append(out, c)
		}
	}
	return out
}

// Spent fails the test if a fault was not used, because such a test proves nothing.
func (tr *Transport) Spent(t testing.TB) {
	t.Helper()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for operation, left := range tr.faults {
		if len(left) > 0 {
			t.Errorf("%d faults of %s did not happen", len(left), operation)
		}
	}
}

// RoundTrip implements http.RoundTripper.
func (tr *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	c := Call{Operation: operation(req), Request: req, Body: body}
	forward := func() (*http.Response, error) {
		if tr.next == nil {
			return nil, fmt.Errorf("faults: %s is not expected here", c.Operation)
		}
		again := req.Clone(req.Context())
		if req.Body != nil {
			again.Body = io.NopCloser(bytes.NewReader(body))
		}
		return tr.next.RoundTrip(again)
	}
	if f := tr.take(c); f != nil {
		return f(c, forward)
	}
	return forward()
}

func (tr *Transport) take(c Call) Fault {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.calls = append(tr.calls, c)
	left := tr.faults[c.Operation]
	if len(left) == 0 {
		return nil
	}
	tr.faults[c.Operation] = left[1:]
	return left[0]
}

func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(req.Body)
	return body, errors.Join(err, req.Body.Close())
}

func operation(req *http.Request) string {
	if target := req.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	return req.Method + " " + req.URL.Path
}

// Answer answers instead of the service.
func Answer(status int, body string) Fault {
	return func(c Call, _ func() (*http.Response, error)) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header:        http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
			ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)), Request: c.Request,
		}, nil
	}
}

// Error answers with an error in the form of AWS's JSON services.
func Error(status int, code string) Fault {
	return Answer(status, fmt.Sprintf(`{"__type":%q,"message":"injected"}`, code))
}

// Throttled answers that there were too many requests.
func Throttled() Fault { return Error(http.StatusBadRequest, "ThrottlingException") }

// Unavailable answers 503.
func Unavailable() Fault { return Error(http.StatusServiceUnavailable, "ServiceUnavailable") }

// Timeout loses the request. The service never sees it.
func Timeout() Fault {
	return func(Call, func() (*http.Response, error)) (*http.Response, error) {
		return nil, fmt.Errorf("injected: %w", context.DeadlineExceeded)
	}
}

var errReset = &resetError{}

type resetError struct{}

func (*resetError) Error() string   { return "injected: connection reset by peer" }
func (*resetError) Timeout() bool   { return true }
func (*resetError) Temporary() bool { return true }

// LostResponse forwards the request and loses the answer.
func LostResponse() Fault {
	return func(_ Call, forward func() (*http.Response, error)) (*http.Response, error) {
		res, err := forward()
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, res.Body)
		return nil, errors.Join(errReset, res.Body.Close())
	}
}

// Pass lets one call through, so that a fault can wait for a later one.
func Pass() Fault {
	return func(_ Call, forward func() (*http.Response, error)) (*http.Response, error) { return forward() }
}

// Body changes the body of the service's answer, not its headers.
func Body(change func([]byte) []byte) Fault {
	return func(_ Call, forward func() (*http.Response, error)) (*http.Response, error) {
		res, err := forward()
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return nil, err
		}
		_ = res.Body.Close()
		res.Body = io.NopCloser(bytes.NewReader(change(body)))
		return res, nil
	}
}

// Repeat returns a fault n times.
func Repeat(n int, f Fault) []Fault {
	out := make([]Fault, n)
	for i := range out {
		out[i] = f
	}
	return out
}
