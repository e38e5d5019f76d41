// Package storemessage is the producer behind POST /messages: it seals a body for
// its recipient, stores the ciphertext and emits MessageStored.
//
// The order is what keeps messages from being lost or doubled. The ciphertext is
// stored first, by a conditional create, with everything about the message in
// its metadata. Then the event is published, and only then is the caller
// answered. Should the process die between the two, the object is still there
// and says which event is missing: a retry with the same idempotency key finds
// it, and so does the reconciler.
package storemessage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/seal"
)

// retryAfterNotReady is how many seconds a sender waits for a recipient whose key
// is being made. It takes moments, unless a consumer is behind.
const retryAfterNotReady = 2

// keySettles is how long after a key was made the key service may still refuse it: AWS
// counts a new alias in authorization within five minutes.
const keySettles = 10 * time.Minute

// Deps is what the producer needs of the world. All fields are required.
type Deps struct {
	Users ports.UserDirectory
	Keys  ports.DataKeyGenerator
	Blobs ports.BlobCreator
	Bus   ports.Bus
	Now   func() time.Time
	Log   *slog.Logger
}

// New makes the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.post) }

// accepted is the answer's body.
type accepted struct {
	ID string `json:"id"`
}

func (d Deps) post(ctx context.Context, r *rest.Request) (rest.Response, error) {
	s, err := readSubmission(r)
	if err != nil {
		return rest.Response{}, err
	}
	recipient, err := d.recipient(ctx, s.to)
	if err != nil {
		return rest.Response{}, err
	}
	ev, err := d.store(ctx, r, s, recipient)
	if err != nil {
		return rest.Response{}, err
	}
	if err := d.Bus.Publish(ctx, ev); err != nil {
		return rest.Response{}, fmt.Errorf("publishing MessageStored: %w", err)
	}
	id := ev.Metadata.Subject
	return rest.Response{
		Status: http.StatusAccepted,
		Header: map[string]string{"Location": "/messages/" + id},
		Body:   accepted{id},
	}, nil
}

func (d Deps) recipient(ctx context.Context, username string) (ports.User, error) {
	user, err := d.Users.ByUsername(ctx, username)
	switch {
	case errors.Is(err, ports.ErrNotFound):
		return user, rest.NotFound("recipient-not-found", "No such recipient", "Nobody is registered under the username in \"to\".")
	case err != nil:
		return user, fmt.Errorf("looking up the recipient: %w", err)
	case !user.Ready():
		return user, notReady(nil)
	}
	return user, nil
}

func notReady(cause error) *rest.Error {
	return &rest.Error{
		Status: http.StatusConflict, Name: "recipient-not-ready", Title: "The recipient cannot receive yet",
		Detail:     "Their key is still being made. Try again in a moment.",
		RetryAfter: retryAfterNotReady, Cause: cause,
	}
}

// store makes the ciphertext durable and returns the event that announces it. For
// a retry it returns the event of what was stored the first time.
func (d Deps) store(ctx context.Context, r *rest.Request, s submission, recipient ports.User) (events.Event, error) {
	now := d.Now()
	id := events.NewID(now)
	key := s.objectKey(r.Caller.UserID, id)
	ec := seal.Context{MessageID: id, SenderID: r.Caller.UserID, RecipientID: recipient.ID}
	sealed, dataKey, err := d.seal(ctx, recipient, ec, s)
	if err != nil {
		return events.Event{}, err
	}
	ev := events.New(now, events.MessageStored{
		MessageID: id, SenderID: ec.SenderID, RecipientID: ec.RecipientID, ObjectKey: key,
		KeyID: dataKey.KeyID, WrappedKey: dataKey.Wrapped, Algorithm: seal.Algorithm, Size: int64(len(s.body)),
	}, events.WithCorrelation(r.Correlation()))
	data, ok := ev.Data.(events.MessageStored)
	if !ok {
		return events.Event{}, fmt.Errorf("%w: %T", events.ErrUnknownEvent, ev.Data)
	}
	err = d.Blobs.CreateBlob(ctx, key, ports.Blob{Body: sealed, Metadata: claimcheck.Metadata(ev.Metadata, data)})
	if errors.Is(err, ports.ErrExists) {
		return d.resume(ctx, key, s, recipient)
	}
	if err != nil {
		return events.Event{}, fmt.Errorf("storing ciphertext: %w", err)
	}
	return ev, nil
}

// seal returns the sealed body and its data key, whose plaintext is wiped.
func (d Deps) seal(ctx context.Context, recipient ports.User, ec seal.Context, s submission) ([]byte, ports.DataKey, error) {
	key, err := d.Keys.GenerateDataKey(ctx, recipient, ec.Map())
	refused := errors.Is(err, ports.ErrNotFound) || errors.Is(err, ports.ErrForbidden)
	if refused && d.Now().Before(recipient.KeyedAt.Add(keySettles)) {
		return nil, key, notReady(err)
	}
	if err != nil {
		return nil, key, fmt.Errorf("generating a data key: %w", err)
	}
	defer seal.Wipe(key.Plaintext)
	sealed, err := seal.Seal(key.Plaintext, ec, s.header, s.body)
	if errors.Is(err, seal.ErrHeader) {
		return nil, key, badFilename(err)
	}
	if err != nil {
		return nil, key, fmt.Errorf("sealing: %w", err)
	}
	return sealed, key, nil
}

// resume answers a retry: the object under the idempotency key says what the
// first try stored. Its event is published once more, because the first try may
// have failed to; a duplicate changes nothing.
func (d Deps) resume(ctx context.Context, key string, s submission, recipient ports.User) (events.Event, error) {
	blob, err := d.Blobs.DescribeBlob(ctx, key)
	if err != nil {
		return events.Event{}, fmt.Errorf("finding the first try: %w", err)
	}
	ev, err := claimcheck.Event(blob)
	if err != nil {
		return events.Event{}, fmt.Errorf("reading the first try: %w", err)
	}
	first, ok := ev.Data.(events.MessageStored)
	if !ok || first.RecipientID != recipient.ID || first.Size != int64(len(s.body)) {
		return events.Event{}, &rest.Error{
			Status: http.StatusUnprocessableEntity, Name: "idempotency-key-reused", Title: "The idempotency key was used for another message",
			Detail: "Use a new Idempotency-Key for every message; only a retry of the same one repeats it.",
		}
	}
	return ev, nil
}
