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

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/ports"
)

// adminFailure is an error on its way from the server to the operator.
type adminFailure struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

// kinds are the errors that an operator's command tells apart.
var kinds = map[string]error{
	"busy":        rebuild.ErrBusy,
	"differs":     rebuild.ErrDiffers,
	"request":     rebuild.ErrRequest,
	"unknown":     projections.ErrUnknown,
	"conflict":    projections.ErrConflict,
	"interrupted": ErrStopped,
	"no-space":    ports.ErrNoSpace,
}

// ErrStopped means that the server stopped while it did what was asked.
var ErrStopped = errors.New("the server stopped meanwhile")

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

// remote is an error that came over the socket: its text, and what it is.
type remote struct {
	text string
	kind error
}

func (r *remote) Error() string { return r.text }
func (r *remote) Unwrap() error { return r.kind }

// Rebuild does what is asked with the projections in a data folder: by the server that
// serves from it, or, while there is none, here. Its errors are those of package
// rebuild, ErrStopped, and ErrInUse for a server that is just starting or stopping.
func Rebuild(ctx context.Context, c Config, request rebuild.Request, tell func(rebuild.Report)) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(c.Data, adminSocket))
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// No server, or one whose path is too long for a socket; the lock tells which.
		return WithRebuilder(ctx, c, func(r *rebuild.Rebuilder) error { return r.Do(ctx, request, tell) })
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return conn, nil },
	}}
	return ask(ctx, client, request, tell)
}

func ask(ctx context.Context, client *http.Client, request rebuild.Request, tell func(rebuild.Report)) (err error) {
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
	defer func() { _ = res.Body.Close() }() // it was read to its end, or is not wanted any more
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10)) // of an error: what there is of it
		return fmt.Errorf("asking the server: %s: %s", res.Status, bytes.TrimSpace(text))
	}
	return listenTo(res.Body, tell)
}

func listenTo(body io.Reader, tell func(rebuild.Report)) error {
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
			tell(*a.Report)
		case a.Failure != nil:
			return &remote{a.Failure.Detail, kinds[a.Failure.Kind]}
		case a.Done:
			return nil
		}
	}
}

// gone tells that the server was killed while it answered.
func gone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}
