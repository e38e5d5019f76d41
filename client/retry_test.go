package client_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/client"
)

// script answers the first call with its first answer and so on, and the last for
// ever. It keeps the bodies that it saw and when.
type script struct {
	answers []func() (*http.Response, error)
	bodies  []string
	times   []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	s.bodies = append(s.bodies, string(body))
	s.times = append(s.times, time.Now())
	return s.answers[min(len(s.bodies), len(s.answers))-1]()
}

func (s *script) client(retryFor time.Duration) *client.Client {
	c := client.New(&http.Client{Transport: s}, client.Config{APIURL: "http://api.test"}, client.StaticToken("t"))
	c.Retry.For = retryFor
	return c
}

func status(code int, header ...string) func() (*http.Response, error) {
	return func() (*http.Response, error) { return answer(code, "{}", header...), nil }
}

func notReady() (*http.Response, error) {
	return answer(409, `{"type":"urn:sealpost:problem:recipient-not-ready"}`,
		"Content-Type", problemJSON, "Retry-After", "2"), nil
}

func accepted() (*http.Response, error) { return answer(202, `{"id":"m1"}`), nil }

func refused() (*http.Response, error) { return nil, syscall.ECONNREFUSED }

func keyed() client.Message {
	return client.Message{To: "bob", Body: bytes.NewReader([]byte("hello")), Size: 5, IdempotencyKey: "k"}
}

func TestSendIsTriedAgainWhileItMayHelp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func() (*http.Response, error){
			refused, status(429), status(500), status(502), status(503), status(504), notReady, accepted,
		}}
		c := s.client(time.Minute)
		notified := 0
		c.Retry.Notify = func(error, time.Duration) { notified++ }
		id, err := c.Send(t.Context(), keyed())
		if err != nil || id != "m1" {
			t.Fatalf("got %q, %v", id, err)
		}
		if len(s.bodies) != 8 || notified != 7 {
			t.Errorf("%d calls, %d notices", len(s.bodies), notified)
		}
		for _, b := range s.bodies {
			if b != "hello" {
				t.Errorf("a try sent %q", b)
			}
		}
		if wait := s.times[7].Sub(s.times[6]); wait < 2*time.Second {
			t.Errorf("waited %v, Retry-After said 2s", wait)
		}
	})
}

func TestWhatCannotGetBetterIsTriedOnce(t *testing.T) {
	t.Parallel()
	for _, code := range []int{400, 401, 403, 404, 409, 413, 422, 501} {
		s := &script{answers: []func() (*http.Response, error){status(code)}}
		_, err := s.client(time.Hour).Send(t.Context(), keyed())
		if !client.HasStatus(err, code) || len(s.bodies) != 1 {
			t.Errorf("%d: %d calls, %v", code, len(s.bodies), err)
		}
	}
}

// Without the key a second try could send a second message.
func TestSendWithoutAnIdempotencyKeyIsTriedOnce(t *testing.T) {
	t.Parallel()
	s := &script{answers: []func() (*http.Response, error){refused, accepted}}
	m := keyed()
	m.IdempotencyKey = ""
	if _, err := s.client(time.Hour).Send(t.Context(), m); !isUnreachable(err) || len(s.bodies) != 1 {
		t.Errorf("%d calls, %v", len(s.bodies), err)
	}
}

func TestRetryIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func() (*http.Response, error){status(503)}}
		start := time.Now()
		_, err := s.client(30 * time.Second).Me(t.Context())
		if !client.HasStatus(err, 503) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took > 30*time.Second || took < 20*time.Second {
			t.Errorf("took %v of 30s", took)
		}
		if len(s.times) < 5 || len(s.times) > 20 {
			t.Errorf("%d calls in 30s", len(s.times))
		}
	})
}

func TestAWaitBeyondTheBoundIsNotBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func() (*http.Response, error){status(429, "Retry-After", "3600")}}
		start := time.Now()
		_, err := s.client(30 * time.Second).Me(t.Context())
		if !client.HasStatus(err, 429) || time.Since(start) != 0 {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

func TestCancellingEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func() (*http.Response, error){status(503)}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := s.client(time.Hour).Me(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}
