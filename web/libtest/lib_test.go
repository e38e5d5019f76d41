// Package libtest_test runs the tests of the page's pure modules under Node.
package libtest_test

import (
	"os/exec"
	"testing"
)

func TestModules(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "node", "--test", "--test-reporter=spec", ".").CombinedOutput()
	if err != nil {
		t.Errorf("node --test: %v\n%s", err, out)
	}
}
