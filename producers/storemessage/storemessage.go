// Package storemessage is the producer behind POST /messages. It seals a body for its
// recipient, stores the ciphertext and emits MessageStored.
//
// Ciphertext and event are accepted together ([ports.Claimer]) before the caller gets
// an answer. All tries with the same Idempotency-Key have the same place. The first try
// takes it, and a later try with the same message gets the id of the first.
package storemessage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/seal"
)

// retryAfterNotReady is how many seconds a sender waits for a recipient whose key is
// being created. That takes moments, unless a consumer is behind.
const retryAfterNotReady = 2

// keySettles is how long after its creation the key service may still refuse a key. AWS
// takes up to five minutes until a new alias counts in authorization.
const keySettles = 10 * time.Minute

// Deps are the ports that the producer uses. All fields are required.
type Deps struct {
	Users  ports.UserDirectory
	Keys   ports.DataKeyGenerator
	Claims ports.Claimer
	Now    func() time.Time
	Log    *slog.Logger
}

// New returns the function.
func New(deps Deps) rest.Function { return rest.Handle(deps.Log, deps.post) }

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
	id, err := d.accept(ctx, r, s, recipient)
	if err != nil {
		return rest.Response{}, err
	}
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
		return user, rest.NotFound("recipient-not-found", "No such recipient", "No user has the username in \"to\".")
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

// accept stores the message and returns its id. A retry gets the id of the first try.
func (d Deps) accept(ctx context.Context, r *rest.Request, s submission, recipient ports.User) (string, error) {
	now := d.Now()
	ec := seal.Context{MessageID: events.NewID(now), SenderID: r.Caller.UserID, RecipientID: recipient.ID}
	place, fingerprint, err := s.place(ec)
	if err != nil {
		return "", err
	}
	sealed, key, err := d.seal(ctx, recipient, ec, s)
	if err != nil {
		return "", err
	}
	held, err := d.Claims.Claim(ctx, ports.Claim{
		Event: events.New(now, events.MessageStored{
			MessageID: ec.MessageID, SenderID: ec.SenderID, RecipientID: ec.RecipientID, ObjectKey: place,
			KeyID: key.KeyID, WrappedKey: key.Wrapped, Algorithm: seal.Algorithm, Size: int64(len(s.body)),
		}, events.WithCorrelation(r.Correlation())),
		Fingerprint: fingerprint, Body: sealed,
	})
	if err != nil {
		return "", fmt.Errorf("storing the message: %w", err)
	}
	if held.Fingerprint != fingerprint {
		return "", &rest.Error{
			Status: http.StatusUnprocessableEntity, Name: "idempotency-key-reused", Title: "The idempotency key was used for another message",
			Detail: "Use a new Idempotency-Key for every message. A retry repeats recipient, headers and body byte for byte.",
		}
	}
	return held.Event.Metadata.Subject, nil
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
