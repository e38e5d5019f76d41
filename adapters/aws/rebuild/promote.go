package rebuild

import (
	"context"
	"fmt"

	"github.com/sealpost/sealpost/internal/rebuilding"
)

// promote tells by which variables queries read the new generations, although they
// differ. One that was not filled to its end differs too, and nobody wants its gaps.
func (r *Rebuilder) promote(ctx context.Context, names []string, tell func(Report)) error {
	for _, name := range names {
		t, ok := newer(name, r.stack.Generations[name])
		if !ok {
			continue // switchTo says what there is
		}
		steps, err := r.steps(ctx, t.key())
		if err != nil {
			return err
		}
		if !filled(steps) {
			return fmt.Errorf("%w: nothing records that generation %d of %s was filled to its end; rebuild goes on with it",
				rebuilding.ErrConflict, t.number, name)
		}
	}
	return r.switchTo(ctx, names, newer, "promoted", tell)
}

// filled tells whether the newest replay was followed until its events were consumed.
// The steps are the newest first.
func filled(steps []rebuilding.Step) bool {
	for _, s := range steps {
		switch s.Step {
		case "drained":
			return true
		case "replay started":
			return false
		}
	}
	return false
}
