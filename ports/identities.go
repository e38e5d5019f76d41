package ports

import (
	"context"
	"time"
)

// Identity is a confirmed user of the user pool.
type Identity struct {
	UserID   string
	Username string
	// ConfirmedAt is when the pool last changed the user's record.
	ConfirmedAt time.Time
}

// Identities asks the user pool, the only place that knows e-mail addresses.
type Identities interface {
	// Address returns the verified e-mail address of a confirmed user, or
	// ErrNotFound. Addresses are personal data: they go into no log, error, event
	// or metric.
	Address(ctx context.Context, username string) (string, error)
	// Confirmed calls visit for every confirmed user, in no order, and stops with
	// visit's first error.
	Confirmed(ctx context.Context, visit func(Identity) error) error
}
