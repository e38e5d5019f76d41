package message_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/queries/message"
	"github.com/sealpost/sealpost/seal"
)

const id = "01JDEM9Z2TN4C8R0PVXGQ5D7AW"

var key = []byte(strings.Repeat("k", seal.KeySize))

// world holds one message of the caller's.
type world struct {
	ports.Inbox
	row     ports.InboxMessage
	blob    []byte
	blobErr error
	keyErr  error
	caller  ports.Caller
	given   []byte
	inboxEr error
}

func newWorld(t *testing.T, h seal.Header, body string) *world {
	t.Helper()
	ec := seal.Context{MessageID: id, SenderID: "bob-id", RecipientID: handlertest.CallerID}
	sealed, err := seal.Seal(key, ec, h, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return &world{blob: sealed, row: ports.InboxMessage{
		ID: id, RecipientID: handlertest.CallerID, SenderID: "bob-id", ObjectKey: "messages/" + id, KeyID: "k", Algorithm: seal.Algorithm,
	}}
}

func (w *world) Get(_ context.Context, recipientID, messageID string) (ports.InboxMessage, error) {
	if w.inboxEr != nil {
		return ports.InboxMessage{}, w.inboxEr
	}
	if recipientID != w.row.RecipientID || messageID != w.row.ID {
		return ports.InboxMessage{}, ports.ErrNotFound
	}
	return w.row, nil
}

func (w *world) GetBlob(context.Context, string) (ports.Blob, error) {
	return ports.Blob{Body: w.blob}, w.blobErr
}

func (w *world) OpenDataKey(_ context.Context, caller ports.Caller, _ string, _ []byte, _ ports.EncryptionContext) ([]byte, error) {
	w.caller = caller
	w.given = append([]byte(nil), key...)
	return w.given, w.keyErr
}

func (w *world) get(t *testing.T, messageID string) lambdaevents.APIGatewayProxyResponse {
	t.Helper()
	f := message.New(message.Deps{Inbox: w, Blobs: w, Keys: w, Log: handlertest.Log})
	return handlertest.Call(t, f, handlertest.Request(func(r *lambdaevents.APIGatewayProxyRequest) {
		r.PathParameters["id"] = messageID
		r.Headers["Authorization"] = "Bearer the.id.token"
	}))
}

func TestTheRecipientGetsTheBytes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header      seal.Header
		body        string
		disposition string
	}{
		"text":         {seal.Header{ContentType: "text/plain"}, "hello", "attachment"},
		"empty":        {seal.Header{ContentType: "text/plain"}, "", "attachment"},
		"a file":       {seal.Header{ContentType: "application/pdf", Filename: "a b.pdf"}, "%PDF", `attachment; filename="a b.pdf"`},
		"beyond ASCII": {seal.Header{ContentType: "image/png", Filename: "März.png"}, "x", `attachment; filename="M_rz.png"; filename*=UTF-8''M%C3%A4rz.png`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.header, c.body)
			res := w.get(t, id)
			handlertest.Expect(t, res, http.StatusOK, "")
			body, err := base64.StdEncoding.DecodeString(res.Body)
			if err != nil || !res.IsBase64Encoded || string(body) != c.body {
				t.Errorf("body %q, %v", body, err)
			}
			for header, want := range map[string]string{
				"Content-Type": c.header.ContentType, "Content-Disposition": c.disposition, "Cache-Control": "no-store",
				"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			} {
				if got := res.Headers[header]; got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
			if w.caller.IDToken != "the.id.token" || w.caller.UserID != handlertest.CallerID {
				t.Errorf("the key was asked for by %+v", w.caller)
			}
			if strings.Trim(string(w.given), "\x00") != "" {
				t.Error("the plaintext key was not wiped")
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	for name, c := range map[string]struct {
		spoil   func(*world)
		id      string
		status  int
		problem string
	}{
		"another's or no message": {func(*world) {}, "01JDEM9Z2TN4C8R0PVXGQ5D7AX", 404, "message-not-found"},
		"not an id":               {func(*world) {}, "x", 404, "message-not-found"},
		"the inbox is out":        {func(w *world) { w.inboxEr = out }, id, 500, "internal"},
		"the store is out":        {func(w *world) { w.blobErr = out }, id, 500, "internal"},
		"the key is refused":      {func(w *world) { w.keyErr = fmt.Errorf("kms: %w", ports.ErrForbidden) }, id, 403, "cannot-open"},
		"the key service is out":  {func(w *world) { w.keyErr = out }, id, 500, "internal"},
		"damaged ciphertext":      {func(w *world) { w.blob[len(w.blob)-1] ^= 1 }, id, 500, "internal"},
		"another's ciphertext":    {func(w *world) { w.row.SenderID = "eve-id" }, id, 500, "internal"},
		"an unknown algorithm":    {func(w *world) { w.row.Algorithm = "ROT13" }, id, 500, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, seal.Header{ContentType: "text/plain"}, "hello")
			c.spoil(w)
			handlertest.Expect(t, w.get(t, c.id), c.status, c.problem)
		})
	}
}
