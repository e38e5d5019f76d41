//go:build apply

package apply

import (
	"slices"
	"strings"
	"testing"
)

// refusesToBeDestroyed: make destroy touches nothing while data is protected.
func (e *environment) refusesToBeDestroyed(t *testing.T) {
	t.Helper()
	before := e.resources()
	if out, code := e.makeDestroy(); code == 0 {
		t.Errorf("destroyed though the data is protected:\n%s", out)
	}
	if after := e.resources(); !slices.Equal(before, after) {
		t.Errorf("a refused destroy left %d of %d resources", len(after), len(before))
	}
}

// destroy is make destroy, after which nothing is left.
func (e *environment) destroy(t *testing.T) {
	t.Helper()
	if out, code := e.makeDestroy(); code != 0 {
		t.Errorf("destroy failed:\n%s", out)
	}
	if left := e.resources(); len(left) > 0 {
		t.Errorf("destroy left %v", left)
	}
}

func (e *environment) makeDestroy() (string, int) {
	return e.start(strings.NewReader("yes\n"), e.terraform()+"/destroy.sh", "emulated.tfvars")
}
