package ports

import (
	"errors"
	"fmt"
)

// The sizes of a page that callers may ask for.
const (
	MinPageLimit     = 1
	MaxPageLimit     = 100
	DefaultPageLimit = 50
)

// PageRequest asks for one page of a list.
type PageRequest struct {
	// Limit is the most items that the page may have, MinPageLimit to
	// MaxPageLimit. A list returns ErrBadLimit for any other.
	Limit int
	// Cursor is the Next of the page before, or empty for the first page. It is
	// opaque and tamper-proof: a list returns ErrBadCursor for any other string,
	// and for the cursor of another caller's list.
	Cursor string
}

// ErrBadLimit means that a page of that size may not be asked for.
var ErrBadLimit = errors.New("bad page limit")

// CheckLimit returns an error, ErrBadLimit, if a page of that size may not be asked for.
func (p PageRequest) CheckLimit() error {
	if p.Limit < MinPageLimit || p.Limit > MaxPageLimit {
		return fmt.Errorf("%w: a page has %d to %d items, not %d", ErrBadLimit, MinPageLimit, MaxPageLimit, p.Limit)
	}
	return nil
}

// Page is one page of a list. Items that come or go while a caller pages may be
// seen or not; no other item is left out or seen twice.
type Page[T any] struct {
	Items []T
	// Next is the cursor of the page after this, empty on the last. A page that
	// has a Next is never empty.
	Next string
}
