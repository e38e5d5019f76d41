package ports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sealpost/sealpost/events"
)

// DeadLetterID identifies a dead letter while it is parked. Its text is CONSUMER/DELIVERY.
type DeadLetterID struct {
	// Consumer is the consumer that failed, such as inbox, or on AWS one generation, such as inbox-1.
	Consumer string
	// Delivery is specific to the backend: a position of the event log, or an SQS message id.
	Delivery string
}

// Errors for an invalid [DeadLetterFilter].
var (
	// ErrDeadLetterID means that a text is not the id of a dead letter in this backend.
	ErrDeadLetterID = errors.New("not the id of a dead letter, which is like inbox/42, or on AWS inbox-1/5fea7756-0ea4-451a-a703-a558b933e274")
	// ErrNoConsumer means that no consumer has the name.
	ErrNoConsumer = errors.New("there is no consumer")
	// ErrOtherConsumer means that an id belongs to another consumer than the filter's.
	ErrOtherConsumer = errors.New("not one of consumer")
)

// ParseDeadLetterID parses the text form. Its error is ErrDeadLetterID.
func ParseDeadLetterID(text string) (DeadLetterID, error) {
	consumer, delivery, _ := strings.Cut(text, "/")
	if consumer == "" || delivery == "" || strings.Contains(delivery, "/") {
		return DeadLetterID{}, fmt.Errorf("%q is %w", text, ErrDeadLetterID)
	}
	return DeadLetterID{consumer, delivery}, nil
}

func (id DeadLetterID) String() string { return id.Consumer + "/" + id.Delivery }

// MarshalText implements [encoding.TextMarshaler].
func (id DeadLetterID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// DeadLetter is a delivery that failed too often, or that no retry can deliver.
type DeadLetter struct {
	ID      DeadLetterID `json:"id"`
	Type    events.Type  `json:"type"`
	Subject string       `json:"subject"`
	// EventID, Type and Subject are empty if the event cannot be decoded.
	EventID string `json:"eventId"`
	// Attempts is 0 if it is unknown.
	Attempts      int       `json:"attempts"`
	FirstFailedAt time.Time `json:"firstFailedAt"`
	// ParkedAt is zero if it is unknown.
	ParkedAt time.Time `json:"parkedAt,omitzero"`
	// Reason is the error of the last attempt, or says why it was not found.
	Reason string `json:"reason"`
	// Event is what the consumer received: an [events.Delivery] as JSON, or a JSON string for anything else
	// in a queue on AWS. List sets it if the filter has IDs.
	Event json.RawMessage `json:"-"`
}

// DeadLetterFilter selects dead letters.
type DeadLetterFilter struct {
	// Consumer selects one consumer, or all if empty. On AWS the name of a projection selects all its
	// generations.
	Consumer string
	// IDs, if not empty, selects only these letters.
	IDs []DeadLetterID
}

// Selects reports whether IDs is empty or contains id.
func (f DeadLetterFilter) Selects(id DeadLetterID) bool {
	for _, one := range f.IDs {
		if one == id {
			return true
		}
	}
	return len(f.IDs) == 0
}

// DeadLetterList is a list of dead letters, oldest failure first.
type DeadLetterList struct {
	Letters []DeadLetter
	// Hidden is the approximate number of further letters that could not be read because another operator's
	// command holds them. It ignores the filter's IDs.
	Hidden int
	// More is the approximate number of letters that did not fit into the list.
	More int
}

// Has reports whether a letter is in the list.
func (l DeadLetterList) Has(id DeadLetterID) bool {
	for _, letter := range l.Letters {
		if letter.ID == id {
			return true
		}
	}
	return false
}

// DeadLetters lists and redrives deliveries that a consumer finally failed to handle. Methods that take a
// filter return ErrDeadLetterID, ErrNoConsumer or ErrOtherConsumer for an invalid one.
type DeadLetters interface {
	// List returns dead letters with their reasons. It skips ids of letters that are not parked.
	List(ctx context.Context, filter DeadLetterFilter) (DeadLetterList, error)
	// Hold reserves dead letters for a redrive. It omits letters that this DeadLetters redrove and that
	// failed again, unless the filter names them, so Hold can be repeated for hidden letters. The caller must
	// close the result.
	Hold(ctx context.Context, filter DeadLetterFilter) (HeldDeadLetters, error)
	// Outcomes returns the outcomes of letters that this DeadLetters redrove. A letter that is missing from
	// the result has the same outcome as in the previous call.
	Outcomes(ctx context.Context, ids []DeadLetterID) (map[DeadLetterID]RedriveOutcome, error)
	// Delivering reports whether a running process delivers redriven letters.
	Delivering() (bool, error)
	// Waits returns how long a redrive of the selected letters may have to wait.
	Waits(ctx context.Context, filter DeadLetterFilter) (RedriveWaits, error)
}

// HeldDeadLetters are reserved letters. No other redrive moves them until Close.
type HeldDeadLetters interface {
	// List returns the held letters. Reasons may be missing.
	List() DeadLetterList
	// Redrive returns held letters to their consumers with their attempts reset. It returns the letters that
	// it moved, even if it also returns an error. Ids that are not held or were already moved are skipped. No
	// letter is lost; on AWS an error may leave one both parked and delivered.
	Redrive(ctx context.Context, ids ...DeadLetterID) (moved []DeadLetterID, err error)
	// Close releases the letters that are still held, even if the context has ended.
	Close(ctx context.Context) error
}

// RedriveWaits are the longest waits of a redrive.
type RedriveWaits struct {
	// Hidden is how long letters that no other command holds may stay hidden.
	Hidden time.Duration
	// Outcome is the longest wait for an outcome while the consumer keeps up; 0 means unbounded.
	Outcome time.Duration
}

// OutcomeState is the state of a redriven letter.
type OutcomeState int

// A redriven letter waits until it is delivered or parked again.
const (
	OutcomeWaiting OutcomeState = iota
	OutcomeDelivered
	OutcomeParked
)

// RedriveOutcome is the state of a redriven letter and its new id.
type RedriveOutcome struct {
	State OutcomeState
	// As is the id of the new delivery, and of the dead letter if it is parked again.
	As DeadLetterID
	// Reason is the error of the last attempt after the redrive, or empty.
	Reason string
}
