package rebuilding

import (
	"errors"
	"fmt"
	"time"
)

// Action is what can be asked for.
type Action string

// Rebuild ends with promoting when both generations are the same. Promote is for one
// that differs and is wanted all the same.
const (
	Rebuild  Action = "rebuild"
	Promote  Action = "promote"
	Rollback Action = "rollback"
	Drop     Action = "drop"
	Status   Action = "status"
)

// Request says what to do.
type Request struct {
	Action Action `json:"action"`
	// Projections are those to do it to; Status takes none.
	Projections []string `json:"projections,omitempty"`
	// From, unless zero, has a rebuild replay only what was published then or later.
	// What only older events made is not in the new generation.
	From time.Time `json:"from,omitzero"`
	// FromArchive has a rebuild on AWS read the copy of the archive instead of replaying the archive.
	FromArchive bool `json:"fromArchive,omitempty"`
}

var (
	// ErrDiffers means that a new generation is complete and not the same as the live
	// one, so that it was not promoted.
	ErrDiffers = errors.New("the new generation is not the same as the live one")
	// ErrRequest means that the request makes no sense.
	ErrRequest = errors.New("not a request")
	// ErrConflict means that the generations that there are do not allow what was asked
	// for; its text says what does.
	ErrConflict = errors.New("not possible now")
)

// Check returns an error, ErrRequest, for a request that makes no sense. It does not
// look at which projections there are.
func (r Request) Check() error {
	switch r.Action {
	case Status:
		return nil
	case Rebuild, Promote, Rollback, Drop:
	default:
		return fmt.Errorf("%w: unknown action %q", ErrRequest, r.Action)
	}
	if len(r.Projections) == 0 {
		return fmt.Errorf("%w: no projection is named", ErrRequest)
	}
	seen := map[string]bool{}
	for _, name := range r.Projections {
		if seen[name] {
			return fmt.Errorf("%w: %q is named twice", ErrRequest, name)
		}
		seen[name] = true
	}
	return nil
}
