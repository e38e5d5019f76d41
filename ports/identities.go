package ports

import "context"

// Identities reads the user pool, the only place that has e-mail addresses.
type Identities interface {
	// Address returns the verified e-mail address of a confirmed user, or ErrNotFound. Addresses are personal
	// data and must not be in any log, error, event or metric.
	Address(ctx context.Context, userID string) (string, error)
}
