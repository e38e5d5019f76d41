package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"syscall"

	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/ports"
)

// adminFailure is an error as the server sends it to the operator.
type adminFailure struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

// kinds are the errors that an operator's command distinguishes.
var kinds = map[string]error{
	"busy":        ports.ErrRebuildBusy,
	"differs":     ports.ErrDiffers,
	"request":     ports.ErrRebuildRequest,
	"conflict":    ports.ErrGenerations,
	"interrupted": ErrStopped,
	"no-space":    ports.ErrNoSpace,
}

// ErrStopped means that the server stopped during the action.
var ErrStopped = fmt.Errorf("%w: the server stopped", ports.ErrFillEnded)

func failureOf(err error) *adminFailure {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return &adminFailure{"interrupted", ErrStopped.Error()}
	}
	for kind, known := range kinds {
		if errors.Is(err, known) {
			return &adminFailure{kind, err.Error()}
		}
	}
	return &adminFailure{"internal", err.Error()}
}

// remote is an error from the socket, with its text and its kind.
type remote struct {
	text string
	kind error
}

func (r *remote) Error() string { return r.text }
func (r *remote) Unwrap() error { return r.kind }

// Rebuilder implements [ports.Rebuilder] for a data folder. The running server does the
// work, or this process if no server runs.
type Rebuilder struct{ Config Config }

// Do implements [ports.Rebuilder]. It returns ErrInUse if a server is starting or
// stopping, and ports.ErrFillEnded if the server stopped during the action.
func (b Rebuilder) Do(ctx context.Context, request ports.RebuildRequest, report func(ports.RebuildReport)) error {
	c := b.Config
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(c.Data, adminSocket))
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// Either no server runs, or its path is too long for a socket. The lock tells
		// which.
		return WithRebuilder(ctx, c, func(r *rebuild.Rebuilder) error { return r.Do(ctx, request, report) })
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return conn, nil },
	}}
	return ask(ctx, client, request, report)
}

func ask(ctx context.Context, client *http.Client, request ports.RebuildRequest, report func(ports.RebuildReport)) (err error) {
	body, err := json.Marshal(request)
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://sealpost"+adminPath, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	res, err := client.Do(r)
	if gone(err) {
		return ErrStopped
	}
	if err != nil {
		return fmt.Errorf("asking the server: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // the body was read, or is no longer needed
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10)) // read as much of the error as there is
		return fmt.Errorf("asking the server: %s: %s", res.Status, bytes.TrimSpace(text))
	}
	return listenTo(res.Body, report)
}

func listenTo(body io.Reader, report func(ports.RebuildReport)) error {
	in := json.NewDecoder(body)
	for {
		var a answer
		if err := in.Decode(&a); err != nil {
			if gone(err) {
				return ErrStopped
			}
			return fmt.Errorf("listening to the server: %w", err)
		}
		switch {
		case a.Report != nil:
			report(*a.Report)
		case a.Failure != nil:
			return &remote{a.Failure.Detail, kinds[a.Failure.Kind]}
		case a.Done:
			return nil
		}
	}
}

// gone reports whether the server was killed while it answered.
func gone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}
