// Package ports is what Sealpost's handlers need of the world, as small
// interfaces and sentinel errors. Adapters implement them, once over SQLite and
// files (adapters/embedded) and once over AWS (adapters/aws); package portstest
// has the contract suite that every adapter of a port must pass.
//
// What holds for every method of every port, unless it says otherwise:
//
//   - It takes a context and returns soon after the context ends.
//   - It is safe for concurrent use, by several processes too.
//   - A nil error means that the effect is durable: it survives a crash of the
//     process and of the machine. An error means that the effect may or may not
//     have happened; every write is idempotent, so the caller tries again.
//   - Errors wrap one of this package's sentinels where one fits, and are
//     compared with errors.Is.
//   - Ids are opaque strings, compared byte for byte.
package ports

import "errors"

// The errors that handlers tell apart. Everything else is a failure of the
// infrastructure: worth a retry, and a 5xx to a caller.
var (
	// ErrNotFound means that there is no such thing, or none that is ready to be
	// seen.
	ErrNotFound = errors.New("not found")
	// ErrExists means that a conditional create found the thing there already
	// and left it as it was.
	ErrExists = errors.New("exists already")
	// ErrForbidden means that the caller may not do this, now or later.
	ErrForbidden = errors.New("forbidden")
	// ErrNoSpace means that the store is full: nothing was stored, and nothing will
	// be until an operator makes room.
	ErrNoSpace = errors.New("no space left")
	// ErrBadCursor means that a list's cursor was not made by that list, or was
	// tampered with.
	ErrBadCursor = errors.New("bad cursor")
)

// What a NotificationLedger answers besides a claim.
var (
	// ErrCovered means that mails have counted all of the messages.
	ErrCovered = errors.New("notification already sent")
	// ErrClaimed means that another worker is notifying the recipient now.
	ErrClaimed = errors.New("notification claimed by another worker")
)
