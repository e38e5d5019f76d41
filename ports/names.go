package ports

import (
	"context"
	"errors"
	"time"
)

// Reservation is a username that a sign-up asked for, with its skeletons.
type Reservation struct {
	// Name is the username as the user typed it.
	Name string
	// Skeletons are 1 to 4 strings. Names with a common skeleton look alike.
	Skeletons []string
	// At has millisecond precision.
	At time.Time
}

// ErrNameTaken means that a skeleton is reserved for another name.
var ErrNameTaken = errors.New("a name that looks alike is reserved")

// NameRegistry records which name each skeleton is reserved for.
type NameRegistry interface {
	// Reserve reserves all skeletons or none. A skeleton that is already reserved for the same name gets the
	// new time, so a retry succeeds. If any is reserved for another name, Reserve returns ErrNameTaken and
	// one such reservation with only that skeleton. Of concurrent calls for one skeleton, one name wins.
	Reserve(ctx context.Context, r Reservation) (inTheWay Reservation, err error)
	// Release frees those skeletons that are still reserved for the name since At. It is not atomic.
	Release(ctx context.Context, r Reservation) error
}
