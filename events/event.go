package events

import (
	"errors"
	"fmt"
	"time"
)

// Metadata is carried by every event in addition to its data.
type Metadata struct {
	// ID is a ULID, the same in every copy of one event: deduplicate by it.
	ID string `json:"id"`
	// Version is the version of the data's schema, from 1.
	Version int `json:"version"`
	// Time is when the event happened, not when it was published, in UTC.
	Time time.Time `json:"time"`
	// Subject is the id of the user or message that the event is about.
	Subject string `json:"subject"`
	// CorrelationID is shared by all events that one request led to.
	CorrelationID string `json:"correlationId,omitempty"`
	// CausationID is the id of the event that this one reacts to.
	CausationID string `json:"causationId,omitempty"`
	// Traceparent is the W3C trace context, or empty.
	Traceparent string `json:"traceparent,omitempty"`
}

// Event is one fact on the bus.
type Event struct {
	Metadata Metadata
	Data     Data
}

// Type returns the event's name.
func (e Event) Type() Type { return e.Data.Type() }

// Source is the event's source, as EventBridge rules match it.
func (e Event) Source() string { return definitions[e.Type()].source }

// Option sets part of a new event's metadata.
type Option func(*Metadata)

// New returns an event of the newest version with an id from [NewID]. at is when it happened.
func New(at time.Time, data Data, options ...Option) Event {
	m := Metadata{
		ID:      NewID(at),
		Version: definitions[data.Type()].version,
		Time:    at.UTC().Truncate(time.Millisecond),
		Subject: data.subject(),
	}
	for _, set := range options {
		set(&m)
	}
	return Event{Metadata: m, Data: data}
}

// WithID sets an id that was chosen earlier, so that publishing the event again publishes a duplicate and not
// a second event.
func WithID(id string) Option { return func(m *Metadata) { m.ID = id } }

// WithCorrelation sets the request that led to the event, and its trace. Empty values are left out.
func WithCorrelation(correlationID, traceparent string) Option {
	return func(m *Metadata) { m.CorrelationID, m.Traceparent = correlationID, traceparent }
}

// CausedBy marks the event as a reaction to cause and copies the correlation and trace of cause.
func CausedBy(cause Metadata) Option {
	return func(m *Metadata) {
		m.CausationID = cause.ID
		m.CorrelationID = cause.CorrelationID
		m.Traceparent = cause.Traceparent
	}
}

// Validate returns nil if the event may be published. Its errors wrap [ErrInvalid].
func (e Event) Validate() error {
	if e.Data == nil {
		return fmt.Errorf("%w: no data", ErrInvalid)
	}
	m := e.Metadata
	var errs []error
	if !IsID(m.ID) {
		errs = append(errs, fmt.Errorf("%w: metadata.id %q is not a ULID", ErrInvalid, m.ID))
	}
	if m.Time.IsZero() {
		errs = append(errs, fmt.Errorf("%w: metadata.time is missing", ErrInvalid))
	}
	if m.Subject != e.Data.subject() {
		errs = append(errs, fmt.Errorf("%w: metadata.subject %q is not what the data is about (%q)", ErrInvalid, m.Subject, e.Data.subject()))
	}
	return errors.Join(append(errs, e.Data.validate())...)
}
