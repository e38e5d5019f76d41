// Package claimcheck makes ciphertext describe itself. The metadata of a stored object
// holds everything that its MessageStored event holds, including the event's id and
// time. If publishing failed, a retry of the request or the reconciler can therefore
// publish the very same event later, from the object alone.
package claimcheck

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// ErrNotClaimable means that an object's metadata is not that of a message.
var ErrNotClaimable = errors.New("metadata does not describe a message")

// The names of the metadata. They are stored permanently: never change one.
const (
	eventID       = "event-id"
	eventTime     = "event-time"
	correlationID = "correlation-id"
	traceparent   = "traceparent"
	messageID     = "message-id"
	senderID      = "sender-id"
	recipientID   = "recipient-id"
	keyID         = "key-id"
	wrappedKey    = "wrapped-key"
	algorithm     = "algorithm"
	size          = "size"
	fingerprint   = "fingerprint"
)

// Blob returns the object that a store keeps for a claim. The error is
// [ErrNotClaimable] if the claim announces no message.
func Blob(c ports.Claim) (key string, blob ports.Blob, err error) {
	d, ok := c.Event.Data.(events.MessageStored)
	if !ok {
		return "", blob, fmt.Errorf("%w: its event has data of type %T", ErrNotClaimable, c.Event.Data)
	}
	md := Metadata(c.Event.Metadata, d)
	if c.Fingerprint != "" {
		md[fingerprint] = c.Fingerprint
	}
	return d.ObjectKey, ports.Blob{Body: c.Body, Metadata: md}, nil
}

// Held returns the claim, without its body, from which a stored object was made.
func Held(info ports.BlobInfo) (ports.Claim, error) {
	ev, err := Event(info)
	return ports.Claim{Event: ev, Fingerprint: info.Metadata[fingerprint]}, err
}

// Metadata describes the ciphertext of the message that the event announces.
func Metadata(m events.Metadata, d events.MessageStored) ports.BlobMetadata {
	md := ports.BlobMetadata{
		eventID:     m.ID,
		eventTime:   m.Time.Format(time.RFC3339Nano),
		messageID:   d.MessageID,
		senderID:    d.SenderID,
		recipientID: d.RecipientID,
		keyID:       d.KeyID,
		wrappedKey:  base64.StdEncoding.EncodeToString(d.WrappedKey),
		algorithm:   d.Algorithm,
		size:        strconv.FormatInt(d.Size, 10),
	}
	if m.CorrelationID != "" {
		md[correlationID] = m.CorrelationID
	}
	if m.Traceparent != "" {
		md[traceparent] = m.Traceparent
	}
	return md
}

// Event returns the MessageStored event of a stored object. The error wraps
// [ErrNotClaimable] if Metadata did not describe the object.
func Event(blob ports.BlobInfo) (events.Event, error) {
	md := blob.Metadata
	at, err := time.Parse(time.RFC3339Nano, md[eventTime])
	if err != nil {
		return events.Event{}, fmt.Errorf("%w: %s: %w", ErrNotClaimable, eventTime, err)
	}
	n, err := strconv.ParseInt(md[size], 10, 64)
	if err != nil {
		return events.Event{}, fmt.Errorf("%w: %s: %w", ErrNotClaimable, size, err)
	}
	wrapped, err := base64.StdEncoding.DecodeString(md[wrappedKey])
	if err != nil {
		return events.Event{}, fmt.Errorf("%w: %s: %w", ErrNotClaimable, wrappedKey, err)
	}
	ev := events.New(at, events.MessageStored{
		MessageID: md[messageID], SenderID: md[senderID], RecipientID: md[recipientID],
		ObjectKey: blob.Key, KeyID: md[keyID], WrappedKey: wrapped, Algorithm: md[algorithm], Size: n,
	}, events.WithID(md[eventID]), events.WithCorrelation(md[correlationID], md[traceparent]))
	if err := ev.Validate(); err != nil {
		return events.Event{}, fmt.Errorf("%w: %w", ErrNotClaimable, err)
	}
	return ev, nil
}
