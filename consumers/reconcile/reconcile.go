// Package reconcile is the consumer that publishes a MessageStored that is missing.
// S3 tells it of each object, by a queue that holds the notice back; by then the
// message is in the inbox, or its event was never published. As ciphertext describes
// itself, the event is published from the object alone.
//
// It cannot tell "never published" from "not projected yet": what it publishes
// needlessly is a duplicate, which every consumer tolerates. Whatever the number of
// messages, each costs one look at its object and one into the inbox.
// docs/decisions/2026-11-28-what-is-missing-is-found-one-by-one.md has the reasons.
//
// The embedded backend needs none: there, ciphertext and event are one transaction.
package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Name is the function's.
const Name = "reconcile"

// Blobs says what is stored.
type Blobs interface {
	// DescribeBlob returns [ports.ErrNotFound] for a key that is not taken.
	DescribeBlob(ctx context.Context, key string) (ports.BlobInfo, error)
}

// Deps is what the consumer needs of the world. All fields are required.
type Deps struct {
	Blobs Blobs
	Inbox ports.Inbox
	Bus   ports.Bus
	Log   *slog.Logger
}

// New makes the consumer.
func New(deps Deps) *delivery.Bodies { return delivery.NewBodies(Name, deps.Log, deps.notice) }

// ErrNotice is a delivery that is no notice of S3's.
var ErrNotice = errors.New("not a notice of S3's")

// testEvent is what S3 sends once, when it is told where notices go (S3 User Guide,
// "Event message structure").
const testEvent = "s3:TestEvent"

func (d Deps) notice(ctx context.Context, body []byte) error {
	var n struct {
		lambdaevents.S3Event
		Event string
	}
	if err := json.Unmarshal(body, &n); err != nil {
		return fmt.Errorf("%w: %w", ErrNotice, err)
	}
	if len(n.Records) == 0 && n.Event != testEvent {
		return ErrNotice
	}
	for _, record := range n.Records {
		if err := d.object(ctx, record.S3.Object); err != nil {
			return err
		}
	}
	return nil
}

func (d Deps) object(ctx context.Context, o lambdaevents.S3Object) error {
	if o.Size == 0 {
		return nil // a tombstone: its message was announced before, or never will be
	}
	blob, err := d.Blobs.DescribeBlob(ctx, o.URLDecodedKey)
	if errors.Is(err, ports.ErrNotFound) {
		return nil // deleted meanwhile
	}
	if err != nil {
		return err
	}
	ev, err := claimcheck.Event(blob)
	if err != nil {
		return fmt.Errorf("object %q: %w", blob.Key, err)
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
