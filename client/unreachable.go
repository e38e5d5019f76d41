package client

import (
	"context"
	"errors"
	"fmt"
	"net/url"
)

// UnreachableError is a server that did not answer, or whose answer broke off.
type UnreachableError struct {
	// URL is the URL that was tried.
	URL string
	Err error
}

func (u *UnreachableError) Error() string { return fmt.Sprintf("cannot reach %s: %v", u.URL, u.Err) }

func (u *UnreachableError) Unwrap() error { return u.Err }

// unreachable wraps an error of net/http. The end of the context is the caller's doing
// and not reported as the server's fault.
func unreachable(ctx context.Context, where string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // UnreachableError has the URL already
	}
	return &UnreachableError{URL: where, Err: err}
}
