package operator

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/sealpost/sealpost/events"
)

// letter is a dead letter as it is shown.
type letter struct {
	ID       string `json:"id"`
	Consumer string `json:"consumer"`
	// Position is the event's in the log; on AWS there is none.
	Position int64       `json:"position,omitempty"`
	Type     events.Type `json:"type"`
	Subject  string      `json:"subject"`
	// EventID is empty when the event cannot be read.
	EventID string `json:"eventId"`
	// Attempts is 0 when it is not known.
	Attempts      int       `json:"attempts"`
	FirstFailedAt time.Time `json:"firstFailedAt"`
	// ParkedAt is left out when it is not known.
	ParkedAt time.Time `json:"parkedAt,omitzero"`
	Reason   string    `json:"reason"`
}

// parkedEvent is what a consumer got: an [events.Delivery] as JSON, or on AWS
// whatever else was in the queue, as a JSON string.
type parkedEvent json.RawMessage

// MarshalJSON implements json.Marshaler.
func (e parkedEvent) MarshalJSON() ([]byte, error) { return e, nil }

// listing is what is parked.
type listing struct {
	letters []letter
	// hidden and more are about how many could not be shown: somebody else looks at
	// them, or they were too many.
	hidden, more int
}

// has says whether a letter is among those that are shown.
func (l listing) has(id string) bool {
	return slices.ContainsFunc(l.letters, func(other letter) bool { return other.ID == id })
}

// outcome is what became of a delivery that was redriven.
type outcome struct {
	state outcomeState
	// id is under which it is parked again.
	id string
	// reason is why its last attempt failed; of one that waits it is "" when no
	// attempt has failed yet.
	reason string
}

type outcomeState int

const (
	waiting outcomeState = iota
	delivered
	parkedAgain
)

// parking is where dead letters lie: the database of a data folder, or the
// dead-letter queues of a deployment on AWS. The commands are the same on both.
type parking interface {
	// check makes sure that a consumer ("" is all) exists and that ids can be ids of
	// its letters. Its errors say what is wrong with the command line.
	check(consumer string, ids []string) error
	// list shows what is parked of a consumer, or of all for "".
	list(ctx context.Context, consumer string) (listing, error)
	// show is list for one letter, with its event; neither is there when the letter
	// is not parked.
	show(ctx context.Context, id string) (listing, parkedEvent, error)
	// take is list for letters that are to be redriven: these, or all when there are
	// no ids. They are kept from others until release. Reasons may be missing. What
	// this parking has redriven itself and what failed again is left out, so that it may be
	// asked again for what was out of sight.
	take(ctx context.Context, consumer string, ids []string) (listing, error)
	// outOfSight is how long hidden letters are waited for: as long as it takes them
	// to come into sight unless somebody keeps them.
	outOfSight() time.Duration
	// release lets go of what was taken, also when the context has ended.
	release(ctx context.Context) error
	// redrive moves letters that were taken and returns those that it moved, also
	// beside an error; the others were redriven by somebody else meanwhile.
	redrive(ctx context.Context, ids []string) (moved []string, err error)
	// look says how redriven letters stand. Those that are missing in the answer
	// stand as they stood.
	look(ctx context.Context, ids []string) (map[string]outcome, error)
	// attended says whether somebody is there who delivers what was redriven.
	attended() (bool, error)
	// patience is how long an outcome is waited for; 0 is without end.
	patience() time.Duration
	// words are for what differs between the homes.
	words() words
}

// words are what is told about a place.
type words struct {
	// unattended is told when nobody is there to deliver.
	unattended string
	// parkedAgain says where deliveries are that failed again.
	parkedAgain string
	// late is told when an outcome did not come in time.
	late string
}
