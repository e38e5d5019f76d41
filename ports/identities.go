package ports

import "context"

// Identities asks the user pool, the only place that knows e-mail addresses.
type Identities interface {
	// Address returns the verified e-mail address of a confirmed user, or
	// ErrNotFound. Addresses are personal data: they go into no log, error, event
	// or metric.
	Address(ctx context.Context, userID string) (string, error)
}
