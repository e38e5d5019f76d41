package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// Message is a message to send.
type Message struct {
	// To is the recipient's username.
	To string
	// ContentType is empty for application/octet-stream.
	ContentType string
	// Filename is empty for a message that is not a file. The API refuses a path.
	Filename string
	// Body is read once for each try and must return the same bytes each time.
	Body io.ReaderAt
	// Size is the length of Body in bytes, at most [MaxBody].
	Size int64
	// IdempotencyKey makes retries safe. Under one key the API stores one message and
	// refuses a different one. Use a new random key for each message. Without a key
	// there are no retries.
	IdempotencyKey string
	// Watch wraps the body of each try, to follow its progress. It may be nil.
	Watch func(io.Reader) io.Reader
}

// ErrBadMessage means that a field of a Message is invalid. Nothing was sent.
var ErrBadMessage = errors.New("cannot be sent")

// Check returns an error that wraps ErrBadMessage if the ContentType or IdempotencyKey
// has control characters. Send calls it first.
func (m Message) Check() error {
	for name, value := range map[string]string{"a content type": m.ContentType, "an idempotency key": m.IdempotencyKey} {
		if strings.ContainsFunc(value, unicode.IsControl) {
			return fmt.Errorf("%s with a line break or another control character %w", name, ErrBadMessage)
		}
	}
	return nil
}

// Send sends a message, which the server seals and stores (POST /messages), and returns
// its id. When it returns, the message is durable. The recipient's inbox shows it
// shortly after.
func (c *Client) Send(ctx context.Context, m Message) (id string, err error) {
	if err := m.Check(); err != nil {
		return "", err
	}
	var accepted struct {
		ID string `json:"id"`
	}
	k := call{
		method: http.MethodPost, path: []string{"messages"}, query: url.Values{"to": {m.To}},
		header: m.header(), body: m.reader, size: m.Size, once: m.IdempotencyKey == "",
	}
	return accepted.ID, c.getJSON(ctx, k, &accepted)
}

func (m Message) header() http.Header {
	h := http.Header{}
	if m.ContentType != "" {
		h.Set("Content-Type", m.ContentType)
	}
	if m.Filename != "" {
		// FormatMediaType writes non-ASCII as filename* (RFC 2231).
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": m.Filename}))
	}
	if m.IdempotencyKey != "" {
		h.Set("Idempotency-Key", m.IdempotencyKey)
	}
	return h
}

func (m Message) reader() io.Reader {
	// Each try has its own reader, because net/http may still be reading the body of a
	// try that was answered early.
	var r io.Reader = io.NewSectionReader(m.Body, 0, m.Size)
	if m.Watch != nil {
		r = m.Watch(r)
	}
	return r
}
