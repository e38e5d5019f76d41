//go:build apply

package apply

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// anotherContract applies a change of api/openapi.yaml. The import of a body takes the
// gateway responses away, so they have to be put again, and a deployment made after them.
func (w *world) anotherContract(t *testing.T, e *environment) {
	t.Helper()
	file := filepath.Join(e.dir, "api", "openapi.yaml")
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	is := bytes.Replace(was, []byte("summary: The registered users"), []byte("summary: All registered users"), 1)
	if bytes.Equal(was, is) {
		t.Fatal("the contract has another summary: nothing is changed here")
	}
	if err := os.WriteFile(file, is, 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"aws_api_gateway_rest_api": "update", "aws_api_gateway_gateway_response": "update",
		"aws_api_gateway_deployment": "replace", "aws_api_gateway_stage": "update",
	}
	seen := map[string]int{}
	for _, c := range surprises(t, e.plan()) {
		seen[c.Type]++
		if want[c.Type] != c.action() {
			t.Errorf("another contract: %s %s: %v", c.action(), c.Address, c.attributes())
		}
	}
	t.Logf("%s: another contract: %v", e.name, seen)
	for kind := range want {
		if seen[kind] == 0 {
			t.Errorf("another contract changes no %s", kind)
		}
	}
	e.apply()
	e.settled(t)
	w.smoke(t, e)
}
