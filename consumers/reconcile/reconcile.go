// Package reconcile is the consumer that publishes missing MessageStored events. S3
// reports each new object to a queue with a delay. After the delay, either the message
// is in the inbox or its event was never published. Ciphertext describes itself, so the
// event can be published from the object alone.
//
// The consumer cannot tell "never published" from "not projected yet". An unnecessary
// event is a duplicate, which every consumer tolerates. Each message costs one read of
// its object and one of the inbox, however many there are.
// docs/decisions/2026-11-28-what-is-missing-is-found-one-by-one.md has the reasons.
//
// The embedded backend needs no such consumer, because it writes ciphertext and event
// in one transaction.
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

// Name is the function's name.
const Name = "reconcile"

// Blobs describes stored objects.
type Blobs interface {
	// DescribeBlob returns [ports.ErrNotFound] if the key does not exist.
	DescribeBlob(ctx context.Context, key string) (ports.BlobInfo, error)
}

// Deps are the ports that the consumer uses. All fields are required.
type Deps struct {
	Blobs Blobs
	Inbox ports.Inbox
	Bus   ports.Bus
	Log   *slog.Logger
}

// New returns the consumer.
func New(deps Deps) *delivery.Bodies { return delivery.NewBodies(Name, deps.Log, deps.notice) }

// ErrNotice means that a delivery is not a notification from S3.
var ErrNotice = errors.New("not a notice of S3's")

// testEvent is what S3 sends once, when notifications are configured (S3 User Guide,
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
		return nil // a tombstone: its event was published before, or never will be
	}
	blob, err := d.Blobs.DescribeBlob(ctx, o.URLDecodedKey)
	if errors.Is(err, ports.ErrNotFound) {
		return nil // deleted in the meantime
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
