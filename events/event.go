package events

import (
	"errors"
	"fmt"
	"time"
)

// Metadata is what every event carries besides its data.
type Metadata struct {
	// ID is a ULID, the same in every copy of one event: deduplicate by it.
	ID string `json:"id"`
	// Version is that of the data's schema, from 1.
	Version int `json:"version"`
	// Time is when it happened (not when it was published), in UTC.
	Time time.Time `json:"time"`
	// Subject is the id of the user or message that the event is about.
	Subject string `json:"subject"`
	// CorrelationID is shared by everything that one request led to.
	CorrelationID string `json:"correlationId,omitempty"`
	// CausationID is the id of the event that this one reacts to.
	CausationID string `json:"causationId,omitempty"`
	// Traceparent is the W3C trace context, when there is one.
	Traceparent string `json:"traceparent,omitempty"`
}

// Event is one fact on the bus.
type Event struct {
	Metadata Metadata
	Data     Data
}

// Type is the event's name.
func (e Event) Type() Type { return e.Data.Type() }

// Source is where the event comes from, as rules match it.
func (e Event) Source() string { return definitions[e.Type()].source }

// Option sets part of a new event's metadata.
type Option func(*Metadata)

// New makes an event of the newest version that happened at the time given,
// with a new id, as [NewID] makes it.
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

// WithID gives the event an id that was chosen before, so that publishing it
// again publishes a duplicate and not a second event.
func WithID(id string) Option { return func(m *Metadata) { m.ID = id } }

// WithCorrelation names the request that led to the event, and its trace.
// Empty values are left out.
func WithCorrelation(correlationID, traceparent string) Option {
	return func(m *Metadata) { m.CorrelationID, m.Traceparent = correlationID, traceparent }
}

// CausedBy makes the event a reaction to another: it takes over the other's
// correlation and trace.
func CausedBy(cause Metadata) Option {
	return func(m *Metadata) {
		m.CausationID = cause.ID
		m.CorrelationID = cause.CorrelationID
		m.Traceparent = cause.Traceparent
	}
}

// Validate reports whether the event may be published: what is wrong with it,
// or nil. The error has [ErrInvalid] in its chain.
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
