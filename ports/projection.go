package ports

import (
	"context"

	"github.com/sealpost/sealpost/internal/projection"
)

// Projection stores the rows of one projection. Live delivery and rebuilds write through the same method.
type Projection interface {
	// Apply merges changes into the rows. The result does not depend on the order of changes or calls, or on
	// duplicates. After an error some of the changes may have been applied; applying all of them again is
	// safe.
	Apply(ctx context.Context, changes []projection.Change) error
}
