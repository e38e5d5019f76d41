package ports

import (
	"context"
	"errors"
	"time"
)

// Reservation is a username that a sign-up asked for, with what looks like it.
type Reservation struct {
	// Name is the username as it was given.
	Name string
	// Skeletons are 1 to 4 strings; two names that share one look alike.
	Skeletons []string
	// At has milliseconds.
	At time.Time
}

// ErrNameTaken means that a skeleton is reserved for another name.
var ErrNameTaken = errors.New("a name that looks alike is reserved")

// NameRegistry keeps which skeletons are reserved, each for one name.
type NameRegistry interface {
	// Reserve takes all skeletons, or none of them. What is reserved for the very same
	// name already gets the new time, so a retry succeeds. If any is reserved for another
	// name it returns ErrNameTaken and one of the reservations that are in the way, with
	// that one skeleton. Of racing calls for one skeleton, one name wins.
	Reserve(ctx context.Context, r Reservation) (inTheWay Reservation, err error)
	// Release frees those of the skeletons that are reserved for the name since At, if
	// any are. It is not atomic.
	Release(ctx context.Context, r Reservation) error
}
