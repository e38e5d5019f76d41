package client

import (
	"context"
	"errors"
	"fmt"
	"net/url"
)

// UnreachableError is a server that could not be asked, or whose answer broke off.
type UnreachableError struct {
	// URL is the address that was tried.
	URL string
	Err error
}

// Error implements error.
func (u *UnreachableError) Error() string { return fmt.Sprintf("cannot reach %s: %v", u.URL, u.Err) }

// Unwrap gives the network's error to errors.Is and errors.As.
func (u *UnreachableError) Unwrap() error { return u.Err }

// unreachable wraps what net/http failed with. A context that ended is the
// caller's doing and no fault of the server.
func unreachable(ctx context.Context, where string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // the URL is in UnreachableError already
	}
	return &UnreachableError{URL: where, Err: err}
}
