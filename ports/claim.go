package ports

import (
	"context"

	"github.com/sealpost/sealpost/events"
)

// Claim is a message to accept: its ciphertext and its event.
type Claim struct {
	// Event is a MessageStored whose ObjectKey is the key of the ciphertext.
	Event events.Event
	// Fingerprint distinguishes a retry from another message with the same object key. It has at most 64
	// characters of printable ASCII and is stored unchanged. It is empty if no retry can come.
	Fingerprint string
	Body        []byte
}

// Claimer accepts messages.
type Claimer interface {
	// Claim makes ciphertext and event durable, unless the object key is taken: then it stores nothing. It
	// returns the claim that holds the key, without its body. That is the caller's own claim or an earlier
	// one; in either case its event is published when Claim returns. Of concurrent claims of one key one
	// wins, and every caller gets the winner.
	//
	// The two writes are one atomic step, or the ciphertext comes first: an error may leave a ciphertext
	// without its event, which a retry or the reconciler publishes. If the event is not a MessageStored or
	// [CheckBlob] refuses the blob, Claim returns an error before it stores anything.
	Claim(ctx context.Context, c Claim) (held Claim, err error)
}
