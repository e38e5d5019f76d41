package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sealpost/sealpost/events"
)

const (
	// firstPause and maxPause limit the wait before a reconnect.
	firstPause = 200 * time.Millisecond
	maxPause   = 30 * time.Second
	// silence is the time without a byte after which a connection counts as dead: three
	// of the server's heartbeats.
	silence = 45 * time.Second
	// maxLine limits an event, in bytes. EventBridge's limit for an entry is 256 KiB
	// (PutEvents API reference), and JSON escaping may enlarge it.
	maxLine = 1 << 20
)

type follower struct {
	server, token string
	trail         *trail
	log           io.Writer
}

// permanentError is an answer that a retry would not change.
type permanentError struct{ answer string }

func (e permanentError) Error() string { return "the server refuses: " + e.answer }

// run follows until the context ends or the server refuses permanently.
func (f *follower) run(ctx context.Context) error {
	pause := firstPause
	for {
		before := f.trail.cursor()
		err := f.follow(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the connection ends with the context
		}
		var permanent permanentError
		var disk diskError
		if errors.As(err, &permanent) || errors.As(err, &disk) {
			return err
		}
		if f.trail.cursor() > before {
			pause = firstPause
		}
		fmt.Fprintf(f.log, "audittrail: %v; connecting again in %v\n", err, pause)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		pause = min(2*pause, maxPause)
	}
}

func (f *follower) follow(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(f.server, "/")+"/events", nil)
	if err != nil {
		return permanentError{err.Error()}
	}
	request.Header.Set("Authorization", "Bearer "+f.token)
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Last-Event-ID", strconv.FormatInt(f.trail.cursor(), 10))
	dead := time.AfterFunc(silence, cancel)
	defer dead.Stop()
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // read only
	if err := accepted(response); err != nil {
		return err
	}
	return readStream(&lively{response.Body, dead}, f.take)
}

// client does not follow redirects, because the token is for this server only.
var client = &http.Client{
	Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func accepted(r *http.Response) error {
	if r.StatusCode == http.StatusOK && strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
		return nil
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, 4096)) // read as much of the error as there is
	answer := r.Status + " " + strings.TrimSpace(string(body))
	if r.StatusCode == http.StatusTooManyRequests || r.StatusCode >= http.StatusInternalServerError {
		return errors.New("the server answered " + answer)
	}
	return permanentError{answer}
}

// diskError is a failure to write the trail, which a reconnect does not fix.
type diskError struct{ error }

func (e diskError) Unwrap() error { return e.error }

// take appends one event. On an error the connection is closed, because going on would
// leave a gap.
func (f *follower) take(id, data string) error {
	position, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return fmt.Errorf("an event has the id %q: %w", id, err)
	}
	d, err := events.DecodeDelivery([]byte(data))
	if err != nil {
		return fmt.Errorf("event %d: %w", position, err)
	}
	if err := f.trail.append(position, d); err != nil {
		return diskError{err}
	}
	return nil
}

// lively extends the connection's deadline with every read.
type lively struct {
	io.Reader
	dead *time.Timer
}

func (l *lively) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if n > 0 {
		l.dead.Reset(silence)
	}
	return n, err
}

// readStream reads server-sent events (HTML Living Standard, section 9.2.6) until the
// stream ends, which is always an error here. Only an event that ends with a blank line
// counts.
func readStream(r io.Reader, take func(id, data string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	var id string
	var data []string
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "":
			if len(data) > 0 {
				if err := take(id, strings.Join(data, "\n")); err != nil {
					return err
				}
			}
			data = nil
		case field == "id":
			id = value
		case field == "data":
			data = append(data, value)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("the connection broke: %w", err)
	}
	return errors.New("the connection ended")
}
