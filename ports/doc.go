// Package ports defines the interfaces and sentinel errors that Sealpost's handlers need. Adapters implement
// them over SQLite and files (adapters/embedded) and over AWS (adapters/aws). Package portstest has the
// contract suite that every adapter of a port must pass.
//
// Unless a method says otherwise:
//
//   - It takes a context and returns soon after the context ends.
//   - It is safe for concurrent use, including by several processes.
//   - A nil error means that the effect is durable: it survives a crash of the process and of the machine. An
//     error means that the effect may or may not have happened. Every write is idempotent, so the caller may
//     retry.
//   - Errors wrap one of this package's sentinels where one fits. Compare them with errors.Is.
//   - Ids are opaque strings, compared byte for byte.
package ports

import "errors"

// Errors that handlers distinguish. Any other error is a failure of the infrastructure, which a handler
// retries or answers with a 5xx.
var (
	// ErrNotFound means that the item does not exist or is not visible yet.
	ErrNotFound = errors.New("not found")
	// ErrExists means that a conditional create found an existing item and left it unchanged.
	ErrExists = errors.New("exists already")
	// ErrForbidden means that the caller may not do this, now or later.
	ErrForbidden = errors.New("forbidden")
	// ErrNoSpace means that the store is full. Nothing was stored, and nothing will be until an operator
	// frees space.
	ErrNoSpace = errors.New("no space left")
	// ErrBadCursor means that a cursor comes from another list or was tampered with.
	ErrBadCursor = errors.New("bad cursor")
)

// Errors of [NotificationLedger.Claim].
var (
	// ErrCovered means that earlier mails counted all of the messages.
	ErrCovered = errors.New("notification already sent")
	// ErrClaimed means that another worker is notifying the recipient now.
	ErrClaimed = errors.New("notification claimed by another worker")
)
