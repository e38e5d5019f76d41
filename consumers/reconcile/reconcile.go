// Package reconcile is the scheduled function that repairs what a crash or a
// failure left half-done: ciphertext whose MessageStored was never published, and
// confirmed users whose UserVerified was not. Both describe themselves, so it
// publishes what is missing and guesses nothing.
//
// It cannot tell "never published" from "not projected yet". It therefore waits
// for a grace time, and what it publishes needlessly is a duplicate, which every
// consumer tolerates.
//
// It looks in two ways. By the clock it looks at what is recent, as far as the store
// can tell that without going through everything. When the event says how far back
// ({"detail": {"window": "48h"}}), it goes through all that was stored since: twice a
// day by a schedule of its own, and for as long as an outage took by an operator.
// docs/decisions/2026-11-24-two-looks-for-what-is-missing.md has the reasons.
package reconcile

import (
	"context"
	"encoding/json"
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
	// Blobs lists everything that is stored.
	Blobs ports.BlobLister
	// Recent lists of that what can be found by its time at little cost.
	Recent     ports.BlobLister
	Inbox      ports.Inbox
	Identities ports.Identities
	Users      ports.UserDirectory
	Bus        ports.Bus
	Now        func() time.Time
	Log        *slog.Logger
	// Grace is how long a message may take from its ciphertext to the inbox before
	// it is looked into.
	Grace time.Duration
	// From says since when to look at what is recent, given the time of the run.
	From func(now time.Time) time.Time
}

// ErrWindow is an event whose window is no duration such as "48h".
var ErrWindow = errors.New("the window is not a duration such as 48h")

// look is where and since when one run looks.
type look struct {
	blobs    ports.BlobLister
	from, to time.Time
}

func (d Deps) look(ev lambdaevents.EventBridgeEvent) (look, error) {
	now := d.Now()
	l := look{d.Recent, d.From(now), now.Add(-d.Grace)}
	var detail struct {
		Window string `json:"window"`
	}
	if len(ev.Detail) > 0 {
		if err := json.Unmarshal(ev.Detail, &detail); err != nil {
			return l, fmt.Errorf("%w: %w", ErrWindow, err)
		}
	}
	if detail.Window == "" {
		return l, nil
	}
	window, err := time.ParseDuration(detail.Window)
	if err != nil || window <= 0 {
		return l, fmt.Errorf("%w: %q", ErrWindow, detail.Window)
	}
	l.blobs, l.from = d.Blobs, now.Add(-window)
	return l, nil
}

// Schedule is a Lambda function behind a scheduled rule.
type Schedule func(context.Context, lambdaevents.EventBridgeEvent) error

// New makes the function. One half failing does not keep the other from running.
func New(deps Deps) Schedule {
	return func(ctx context.Context, ev lambdaevents.EventBridgeEvent) error {
		l, err := deps.look(ev)
		if err != nil {
			return fmt.Errorf("reconciling: %w", err)
		}
		return errors.Join(deps.messages(ctx, l), deps.users(ctx, l))
	}
}

func (d Deps) messages(ctx context.Context, l look) error {
	err := l.blobs.ListBlobs(ctx, l.from, l.to, func(blob ports.BlobInfo) error {
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

// users asks for those alone whom the pool changed in the span: everybody else was
// asked for before.
func (d Deps) users(ctx context.Context, l look) error {
	err := d.Identities.Confirmed(ctx, func(identity ports.Identity) error {
		if identity.ConfirmedAt.Before(l.from) || identity.ConfirmedAt.After(l.to) {
			return nil
		}
		return d.user(ctx, d.Now(), identity)
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
