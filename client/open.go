package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
)

// ErrTooLarge is a message that is larger than any that the API accepts.
var ErrTooLarge = errors.New("larger than any message can be")

// Opened is an opened message as it comes over the wire.
type Opened struct {
	// ContentType and Filename are the sender's choice and not to be trusted.
	ContentType string
	Filename    string
	// Size is in bytes, -1 when it is not known before the end.
	Size int64
	// Body is valid until the function that was given Opened returns.
	Body io.Reader
}

// Open opens a message of the caller's (GET /messages/{id}) and gives it to use as
// it streams. Opening does not mark it as read. A broken connection is tried
// again, as Retry allows, so use may be called more than once and starts afresh
// each time; an error of its own is returned as it is.
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

// body reads at most MaxBody bytes and makes a connection that breaks off an
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
		return "" // a name that cannot be read is as good as none
	}
	return params["filename"]
}
