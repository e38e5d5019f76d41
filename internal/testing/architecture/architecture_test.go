// Package architecture fails the build when a package imports what the design
// (docs/decisions, "Dependencies point one way") forbids.
package architecture_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/sealpost/sealpost/"

// layer says what of this module the packages under a folder may import. The first
// layer whose folder fits counts. Whatever is not allowed is forbidden.
type layer struct {
	folder string
	may    []string
}

// shared is what handlers may use besides ports and the contract: it imports no
// adapter and no handler either, as its own rows say.
var shared = []string{
	"internal/rest", "internal/delivery", "internal/claimcheck", "internal/cursor", "internal/username", "internal/disposition",
	"internal/projection",
}

var layers = []layer{
	{"events", nil},
	{"seal", nil},
	{"api", nil},
	{"web/webtest", []string{"*"}},
	{"web", nil},
	{"ports/portstest", []string{"ports", "events", "internal/cursor", "internal/projection"}},
	{"ports", []string{"events", "internal/projection"}},
	{"internal/projection", []string{"events", "internal/username"}},
	{"internal/cursor", []string{"ports"}},
	{"internal/claimcheck", []string{"ports", "events"}},
	{"internal/syncdir", nil},
	{"internal/username", nil},
	{"internal/disposition", nil},
	{"internal/rest", []string{"ports", "events", "internal/username"}},
	{"internal/delivery", []string{"ports", "events"}},
	{"producers/*/lambda", []string{"*"}},
	{"queries/*/lambda", []string{"*"}},
	{"consumers/*/lambda", []string{"*"}},
	{"producers", append([]string{"ports", "seal", "events"}, shared...)},
	{"queries", append([]string{"ports", "seal", "events"}, shared...)},
	{"consumers", append([]string{"ports", "seal", "events"}, shared...)},
	{"adapters/embedded", append([]string{"adapters/embedded", "ports", "events", "api", "internal/syncdir"}, shared...)},
	{"adapters/aws", append([]string{"adapters/aws", "ports", "events", "api", "terraform"}, shared...)},
	{"internal/testing", []string{"*"}},
	{"internal/tools", []string{"*"}},
	{"client", nil},
	{"terraform", nil},
	{"cmd", []string{"*"}},
	{"bench", []string{"*"}},
	{"examples", []string{"events"}},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = "../../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestDependenciesPointOneWay(t *testing.T) {
	t.Parallel()
	all := packages(t)
	if len(all) < 20 {
		t.Fatalf("found %d packages only", len(all))
	}
	for _, p := range all {
		folder := strings.TrimPrefix(p.ImportPath, module)
		l, ok := layerOf(folder)
		if !ok {
			t.Errorf("%s belongs to no layer: add it to the table", folder)
			continue
		}
		for _, path := range p.Imports {
			imported, ours := strings.CutPrefix(path, module)
			if ours && !allowed(l, folder, imported) {
				t.Errorf("%s imports %s, which %s may not", folder, imported, l.folder)
			}
		}
	}
}

func TestForbiddenImportsAreSeen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to string }{
		{"events", "ports"}, {"seal", "events"}, {"ports", "seal"},
		{"producers/storemessage", "queries/inbox"}, {"consumers/notify", "consumers/projector"},
		{"consumers/projector", "adapters/embedded/sqlite"}, {"adapters/embedded/gateway", "producers/storemessage"},
		{"adapters/aws/s3", "adapters/embedded/blobs"}, {"internal/rest", "seal"}, {"internal/projection", "ports"},
	} {
		l, ok := layerOf(c.from)
		if !ok || allowed(l, c.from, c.to) {
			t.Errorf("%s may import %s", c.from, c.to)
		}
	}
}

func layerOf(folder string) (layer, bool) {
	for _, l := range layers {
		if under(folder, l.folder) {
			return l, true
		}
	}
	return layer{}, false
}

func allowed(l layer, folder, imported string) bool {
	for _, may := range l.may {
		if may == "*" || under(imported, may) {
			return true
		}
	}
	return under(imported, folder) // what lies below a package is its own
}

// under reports whether a folder is, or lies below, a pattern in which * stands for
// one name.
func under(folder, pattern string) bool {
	f, p := strings.Split(folder, "/"), strings.Split(pattern, "/")
	if len(f) < len(p) {
		return false
	}
	for i := range p {
		if p[i] != "*" && p[i] != f[i] {
			return false
		}
	}
	return true
}
