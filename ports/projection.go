package ports

import (
	"context"

	"github.com/sealpost/sealpost/internal/projection"
)

// Projection keeps the rows of one projection. Live delivery and rebuilds write it by the
// same call.
type Projection interface {
	// Apply merges changes into the rows, in any order. Any order of calls with any
	// duplicates of changes ends with the same rows. After an error some of the changes may
	// have been applied; applying all of them again is safe.
	Apply(ctx context.Context, changes []projection.Change) error
}
