package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// ErrTooLarge means that a message exceeds the API's limit.
var ErrTooLarge = errors.New("larger than any message can be")

// Opened is an opened message while it is received.
type Opened struct {
	// ContentType and Filename were chosen by the sender. Do not trust them.
	ContentType string
	Filename    string
	// Size is in bytes, -1 if not known before the end.
	Size int64
	// Body is valid until the function that received Opened returns.
	Body io.Reader
}

// Open opens one of the caller's messages (GET /messages/{id}) and streams it to use.
// It does not mark the message as read. A broken connection is retried as Retry allows,
// so use may be called several times and must start over each time. An error of use is
// returned unchanged.
func (c *Client) Open(ctx context.Context, id string, use func(Opened) error) error {
	if err := checkID(id); err != nil {
		return err
	}
	k := call{method: http.MethodGet, path: []string{"messages", id}}
	return c.do(ctx, k, func(res *http.Response) error {
		if res.ContentLength > MaxBody {
			return fmt.Errorf("message of %d bytes: %w", res.ContentLength, ErrTooLarge)
		}
		return use(Opened{
			ContentType: res.Header.Get("Content-Type"),
			Filename:    dispositionFilename(res.Header.Get("Content-Disposition")),
			Size:        res.ContentLength,
			Body:        &body{ctx: ctx, where: c.API, from: io.LimitReader(res.Body, MaxBody+1)},
		})
	})
}

// body reads at most MaxBody bytes and turns a broken connection into an
// UnreachableError.
type body struct {
	ctx   context.Context //nolint:containedctx // lives as long as the call that it belongs to
	where string
	from  io.Reader
	read  int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.read += int64(n)
	if b.read > MaxBody {
		return 0, ErrTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, unreachable(b.ctx, b.where, err)
	}
	return n, err
}

func dispositionFilename(value string) string {
	_, params, err := mime.ParseMediaType(value)
	if err != nil {
		return "" // treat an unreadable name as no name
	}
	return params["filename"]
}
