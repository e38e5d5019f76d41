// Package reconcile is the scheduled function that repairs what a crash or a
// failure left half-done: ciphertext whose MessageStored was never published, and
// confirmed users whose UserVerified was not. Both describe themselves, so it
// publishes what is missing and guesses nothing.
//
// It cannot tell "never published" from "not projected yet". It therefore waits
// for a grace time, and what it publishes needlessly is a duplicate, which every
// consumer tolerates.
package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/ports"
)

// Name is the function's.
const Name = "reconcile"

// Deps is what the function needs of the world. All fields are required.
type Deps struct {
	Blobs      ports.BlobLister
	Inbox      ports.Inbox
	Identities ports.Identities
	Users      ports.UserDirectory
	Bus        ports.Bus
	Now        func() time.Time
	Log        *slog.Logger
	// Grace is how long a message may take from its ciphertext to the inbox before
	// it is looked into.
	Grace time.Duration
	// From says since when to look, given the time of the run.
	From func(now time.Time) time.Time
}

// Schedule is a Lambda function behind a scheduled rule.
type Schedule func(context.Context, lambdaevents.EventBridgeEvent) error

// New makes the function. One half failing does not keep the other from running.
func New(deps Deps) Schedule {
	return func(ctx context.Context, _ lambdaevents.EventBridgeEvent) error {
		return errors.Join(deps.messages(ctx), deps.users(ctx))
	}
}

func (d Deps) messages(ctx context.Context) error {
	now := d.Now()
	err := d.Blobs.ListBlobs(ctx, d.From(now), now.Add(-d.Grace), func(blob ports.BlobInfo) error {
		return d.message(ctx, blob)
	})
	if err != nil {
		return fmt.Errorf("reconciling messages: %w", err)
	}
	return nil
}

func (d Deps) message(ctx context.Context, blob ports.BlobInfo) error {
	ev, err := claimcheck.Event(blob)
	if err != nil {
		// Somebody else's object must not keep all others from being repaired.
		d.Log.ErrorContext(ctx, "object is not a message", "objectKey", blob.Key, "error", err)
		return nil
	}
	data, ok := ev.Data.(events.MessageStored)
	if !ok {
		return fmt.Errorf("%w: %T", events.ErrUnknownEvent, ev.Data)
	}
	_, err = d.Inbox.Get(ctx, data.RecipientID, data.MessageID)
	if !errors.Is(err, ports.ErrNotFound) {
		return err
	}
	d.Log.WarnContext(ctx, "publishing a MessageStored that is missing", "messageId", data.MessageID, "eventId", ev.Metadata.ID)
	return d.Bus.Publish(ctx, ev)
}

func (d Deps) users(ctx context.Context) error {
	now := d.Now()
	err := d.Identities.Confirmed(ctx, func(identity ports.Identity) error {
		if identity.ConfirmedAt.After(now.Add(-d.Grace)) {
			return nil
		}
		return d.user(ctx, now, identity)
	})
	if err != nil {
		return fmt.Errorf("reconciling users: %w", err)
	}
	return nil
}

func (d Deps) user(ctx context.Context, now time.Time, identity ports.Identity) error {
	_, err := d.Users.ByID(ctx, identity.UserID)
	if !errors.Is(err, ports.ErrNotFound) {
		return err
	}
	ev := events.New(now, events.UserVerified{UserID: identity.UserID, Username: identity.Username})
	d.Log.WarnContext(ctx, "publishing a UserVerified that is missing", "userId", identity.UserID, "eventId", ev.Metadata.ID)
	return d.Bus.Publish(ctx, ev)
}
