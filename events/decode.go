package events

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrUnknownEvent means that this package does not know the type or the version of an event. Retrying does
// not help until newer code runs, so the event belongs in a dead-letter queue.
var ErrUnknownEvent = errors.New("unknown event type or version")

type detail struct {
	Metadata Metadata        `json:"metadata"`
	Data     json.RawMessage `json:"data"`
}

// EncodeDetail returns the Detail of an event for the bus. It refuses an invalid event, because the archive
// keeps events forever.
func EncodeDetail(e Event) ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, fmt.Errorf("encoding event: %w", err)
	}
	data, err := json.Marshal(e.Data)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", e.Type(), err)
	}
	out, err := json.Marshal(detail{Metadata: e.Metadata, Data: data})
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", e.Type(), err)
	}
	return out, nil
}

// Decode returns an event of the newest version. Its errors wrap [ErrUnknownEvent] or [ErrInvalid]; neither
// goes away on retry.
func Decode(source, detailType string, raw []byte) (Event, error) {
	def, known := definitions[Type(detailType)]
	if !known {
		return Event{}, fmt.Errorf("%w: %q", ErrUnknownEvent, detailType)
	}
	if source != def.source {
		return Event{}, fmt.Errorf("%w: %s from source %q, want %q", ErrInvalid, detailType, source, def.source)
	}
	e, ok := decodeCanonical(def, raw)
	if !ok {
		var err error
		if e, err = decodeAny(def, detailType, raw); err != nil {
			return Event{}, err
		}
	}
	e.Metadata.Version = def.version
	e.Metadata.Time = e.Metadata.Time.UTC()
	if err := e.Validate(); err != nil {
		return Event{}, fmt.Errorf("decoding %s: %w", detailType, err)
	}
	return e, nil
}

// decodeAny decodes a detail of any version and in any JSON formatting.
func decodeAny(def definition, detailType string, raw []byte) (Event, error) {
	var d detail
	if err := json.Unmarshal(raw, &d); err != nil {
		return Event{}, fmt.Errorf("%w: detail of %s: %w", ErrInvalid, detailType, err)
	}
	decode, known := def.decoders[d.Metadata.Version]
	if !known {
		return Event{}, fmt.Errorf("%w: %s version %d", ErrUnknownEvent, detailType, d.Metadata.Version)
	}
	data, err := decode(d.Data)
	if err != nil {
		return Event{}, fmt.Errorf("data of %s: %w", detailType, err)
	}
	return Event{Metadata: d.Metadata, Data: data}, nil
}

// Delivery is an event inside the EventBridge envelope, as a rule puts it into a queue.
type Delivery struct {
	// ID is EventBridge's id of this publication, not the event's id: publishing an event twice gives two of
	// these.
	ID         string          `json:"id"`
	Version    string          `json:"version"`
	Source     string          `json:"source"`
	DetailType string          `json:"detail-type"`
	Account    string          `json:"account"`
	Region     string          `json:"region"`
	Time       time.Time       `json:"time"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`
	// ReplayName is set if the event comes from a replay of the archive. Consumers with side effects must not
	// act on such a delivery.
	ReplayName string `json:"replay-name,omitempty"`
}

// Replayed reports whether the event comes from a replay of the archive.
func (d Delivery) Replayed() bool { return d.ReplayName != "" }

// Event decodes the event. See [Decode] for the errors.
func (d Delivery) Event() (Event, error) { return Decode(d.Source, d.DetailType, d.Detail) }

// DecodeDelivery reads the body of an SQS message that an EventBridge rule sent. Its errors wrap
// [ErrInvalid].
func DecodeDelivery(body []byte) (Delivery, error) {
	var d Delivery
	if err := json.Unmarshal(body, &d); err != nil {
		return Delivery{}, fmt.Errorf("%w: envelope: %w", ErrInvalid, err)
	}
	return d, nil
}
