package ports

import (
	"errors"
	"fmt"
)

// Limits of a page's size.
const (
	MinPageLimit     = 1
	MaxPageLimit     = 100
	DefaultPageLimit = 50
)

// PageRequest asks for one page of a list.
type PageRequest struct {
	// Limit is the most items of the page, MinPageLimit to MaxPageLimit. A list returns ErrBadLimit for any
	// other.
	Limit int
	// Cursor is the Next of the previous page, or empty for the first page. It is opaque and tamper-proof: a
	// list returns ErrBadCursor for any other string, and for a cursor of another caller's list.
	Cursor string
}

// ErrBadLimit means that the limit is out of range.
var ErrBadLimit = errors.New("bad page limit")

// CheckLimit returns ErrBadLimit if the limit is out of range.
func (p PageRequest) CheckLimit() error {
	if p.Limit < MinPageLimit || p.Limit > MaxPageLimit {
		return fmt.Errorf("%w: a page has %d to %d items, not %d", ErrBadLimit, MinPageLimit, MaxPageLimit, p.Limit)
	}
	return nil
}

// Page is one page of a list. Items that are added or removed while a caller pages may be seen or not. Every
// other item is seen exactly once.
type Page[T any] struct {
	Items []T
	// Next is the cursor of the next page, empty on the last. A page with a Next is never empty.
	Next string
}
