package rebuild

import (
	"errors"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/internal/rebuilding"
)

// What a Rebuilder is asked is the same on both backends.
type (
	// Action is that of package rebuilding.
	Action = rebuilding.Action
	// Request is that of package rebuilding.
	Request = rebuilding.Request
)

// The actions that there are.
const (
	Rebuild  = rebuilding.Rebuild
	Promote  = rebuilding.Promote
	Rollback = rebuilding.Rollback
	Drop     = rebuilding.Drop
	Status   = rebuilding.Status
)

var (
	// ErrBusy means that another action is under way.
	ErrBusy = errors.New("a rebuild is running")
	// ErrDiffers is that of package rebuilding.
	ErrDiffers = rebuilding.ErrDiffers
	// ErrRequest is that of package rebuilding.
	ErrRequest = rebuilding.ErrRequest
)

func check(r Request) error {
	if err := r.Check(); err != nil {
		return err
	}
	return projections.CheckNames(r.Projections)
}
