package ports

import (
	"context"

	"github.com/sealpost/sealpost/events"
)

// Claim is a message to accept: its ciphertext and the event that announces it.
type Claim struct {
	// Event is a MessageStored; its ObjectKey is the place of the ciphertext.
	Event events.Event
	// Fingerprint tells a retry from another message for the same place: at most 64
	// characters of printable ASCII, stored as they are. Empty where no retry comes.
	Fingerprint string
	// Body is the ciphertext.
	Body []byte
}

// Claimer accepts messages.
type Claimer interface {
	// Claim makes ciphertext and event durable, unless the place is taken: then it
	// stores nothing. It returns the claim that holds the place, without its body:
	// the caller's own or an earlier one, whose event is published in either case
	// when Claim returns. Of racing claims of one place one wins, and all of them
	// get that one.
	//
	// The two are one atomic step or ciphertext first: an error may leave a
	// ciphertext without its event, and a retry or the reconciler publishes it.
	// What is no message, or what [CheckBlob] refuses, is an error before anything
	// is stored.
	Claim(ctx context.Context, c Claim) (held Claim, err error)
}
