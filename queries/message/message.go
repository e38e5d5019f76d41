// Package message is the query behind GET /messages/{id}. It opens a message for its
// recipient. It has no side effect: opening does not mark as read.
//
// Three checks protect a message. The inbox returns the caller's own messages only. The
// key service opens the data key only for the key's owner, and verifies the owner's
// token instead of trusting this function. And the ciphertext opens only with the ids
// that it was sealed with.
package message

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/sealpost/sealpost/internal/disposition"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/seal"
)

// Deps are the ports that the query uses. All fields are required.
type Deps struct {
	Inbox ports.Inbox
	Blobs ports.BlobReader
	Keys  ports.DataKeyOpener
	Log   *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.get) }

func (d Deps) get(ctx context.Context, r *rest.Request) (rest.Response, error) {
	m, err := r.OwnMessage(ctx, d.Inbox)
	if err != nil {
		return rest.Response{}, err
	}
	header, body, err := d.open(ctx, r.Caller, m)
	if err != nil {
		return rest.Response{}, err
	}
	return respond(header, body), nil
}

func (d Deps) open(ctx context.Context, caller ports.Caller, m ports.InboxMessage) (seal.Header, []byte, error) {
	if m.Algorithm != seal.Algorithm {
		return seal.Header{}, nil, fmt.Errorf("message sealed by unknown algorithm %q", m.Algorithm)
	}
	blob, err := d.Blobs.GetBlob(ctx, m.ObjectKey)
	if err != nil {
		return seal.Header{}, nil, fmt.Errorf("fetching ciphertext: %w", err)
	}
	ec := seal.Context{MessageID: m.ID, SenderID: m.SenderID, RecipientID: m.RecipientID}
	key, err := d.Keys.OpenDataKey(ctx, caller, m.KeyID, m.WrappedKey, ec.Map())
	if errors.Is(err, ports.ErrForbidden) {
		return seal.Header{}, nil, &rest.Error{
			Status: http.StatusForbidden, Name: "cannot-open", Title: "The message cannot be opened",
			Detail: "Its key does not open for you. Sign in again; if it stays so, the key may have been deleted.", Cause: err,
		}
	}
	if err != nil {
		return seal.Header{}, nil, fmt.Errorf("opening the data key: %w", err)
	}
	defer seal.Wipe(key)
	header, body, err := seal.Open(key, ec, blob.Body)
	if err != nil {
		return seal.Header{}, nil, fmt.Errorf("opening message %s: %w", m.ID, err)
	}
	return header, body, nil
}

// respond returns the response. The sender chose the content type, so a browser must
// never show the body as a page of ours: it is always an attachment, never sniffed, and
// sandboxed if it is framed.
func respond(header seal.Header, body []byte) rest.Response {
	if body == nil {
		body = []byte{}
	}
	return rest.Response{
		Status: http.StatusOK,
		Header: map[string]string{
			"Content-Type":            header.ContentType,
			"Content-Disposition":     disposition.Attachment(header.Filename),
			"Content-Security-Policy": "default-src 'none'; sandbox",
		},
		Raw: body,
	}
}
