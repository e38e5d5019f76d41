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

// DeadLetterID names a dead letter for as long as it is parked. Its text is
// CONSUMER/DELIVERY.
type DeadLetterID struct {
	// Consumer is the consumer that failed: inbox, or on AWS one generation, inbox-1.
	Consumer string
	// Delivery is the backend's: a position of the event log, or a message id of SQS.
	Delivery string
}

// The errors of a [DeadLetterFilter] that cannot be meant.
var (
	// ErrDeadLetterID means that a text is not the id of a dead letter in this backend.
	ErrDeadLetterID = errors.New("not the id of a dead letter, which is like inbox/42, or on AWS inbox-1/5fea7756-0ea4-451a-a703-a558b933e274")
	// ErrNoConsumer means that no consumer has the name.
	ErrNoConsumer = errors.New("there is no consumer")
	// ErrOtherConsumer means that an id is not one of the consumer that the filter names.
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

// DeadLetter is a delivery that failed too often, or that no retry can save.
type DeadLetter struct {
	ID      DeadLetterID `json:"id"`
	Type    events.Type  `json:"type"`
	Subject string       `json:"subject"`
	// EventID, Type and Subject are empty when the event cannot be decoded.
	EventID string `json:"eventId"`
	// Attempts is 0 when it is not known.
	Attempts      int       `json:"attempts"`
	FirstFailedAt time.Time `json:"firstFailedAt"`
	// ParkedAt is zero when it is not known.
	ParkedAt time.Time `json:"parkedAt,omitzero"`
	// Reason is the error of the last attempt, or why it cannot be found.
	Reason string `json:"reason"`
	// Event is what the consumer received: an [events.Delivery] as JSON; anything else
	// that was in a queue on AWS is a JSON string. List sets it when the filter has IDs.
	Event json.RawMessage `json:"-"`
}

// DeadLetterFilter selects dead letters.
type DeadLetterFilter struct {
	// Consumer is empty for all. On AWS the name of a projection means all its generations.
	Consumer string
	// IDs selects these alone, unless it is empty.
	IDs []DeadLetterID
}

// Selects reports whether an id is among IDs, or IDs is empty.
func (f DeadLetterFilter) Selects(id DeadLetterID) bool {
	for _, one := range f.IDs {
		if one == id {
			return true
		}
	}
	return len(f.IDs) == 0
}

// DeadLetterList is a list of dead letters, those that failed first first.
type DeadLetterList struct {
	Letters []DeadLetter
	// Hidden is about how many more could not be read because another operator's
	// command holds them. It does not respect the filter's IDs.
	Hidden int
	// More is about how many more there are than one list can have.
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

// DeadLetters is where deliveries end that a consumer failed at for good, and how they
// are delivered again. Methods that take a filter return ErrDeadLetterID, ErrNoConsumer
// or ErrOtherConsumer for one that cannot be meant.
type DeadLetters interface {
	// List returns dead letters with their reasons. Ids of letters that are not parked
	// (any more) are no error.
	List(ctx context.Context, filter DeadLetterFilter) (DeadLetterList, error)
	// Hold reserves dead letters for a redrive. Letters that this DeadLetters redrove
	// itself, and that failed again, are left out unless the filter names them, so that
	// Hold can be repeated for hidden letters. The caller must close what it returns.
	Hold(ctx context.Context, filter DeadLetterFilter) (HeldDeadLetters, error)
	// Outcomes returns what became of letters that this DeadLetters redrove. A letter
	// that is missing in the answer is as it was in the answer before.
	Outcomes(ctx context.Context, ids []DeadLetterID) (map[DeadLetterID]RedriveOutcome, error)
	// Delivering reports whether anything is running that delivers redriven letters.
	Delivering() (bool, error)
	// Waits returns how long a redrive of what the filter selects may have to wait.
	Waits(ctx context.Context, filter DeadLetterFilter) (RedriveWaits, error)
}

// HeldDeadLetters are letters that no other redrive moves until they are closed.
type HeldDeadLetters interface {
	// List returns what is held. Reasons may be missing.
	List() DeadLetterList
	// Redrive gives held letters back to their consumers, with all attempts ahead of
	// them, and returns those that it moved, beside an error too. Ids that are not
	// held, or that were moved before, are skipped. No letter is lost; on AWS an error may
	// leave one both parked and delivered.
	Redrive(ctx context.Context, ids ...DeadLetterID) (moved []DeadLetterID, err error)
	// Close lets go of what is still held, even after the end of the context.
	Close(ctx context.Context) error
}

// RedriveWaits are the times that a redrive may have to wait.
type RedriveWaits struct {
	// Hidden is how long letters may be hidden that no other command holds.
	Hidden time.Duration
	// Outcome is how long an outcome takes at most while the consumer is not behind; 0 if
	// there is no bound.
	Outcome time.Duration
}

// OutcomeState is what became of a redriven letter.
type OutcomeState int

// A redriven letter waits, and in the end it is delivered or parked again.
const (
	OutcomeWaiting OutcomeState = iota
	OutcomeDelivered
	OutcomeParked
)

// RedriveOutcome is the state of a redriven letter.
type RedriveOutcome struct {
	State OutcomeState
	// As is the id of the delivery now, and of the dead letter if it is parked again.
	As DeadLetterID
	// Reason is the error of the last attempt since it was redriven, empty if there was none.
	Reason string
}
