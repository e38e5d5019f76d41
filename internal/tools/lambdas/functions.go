// Package lambdas builds the functions as Lambda takes them: one zip each, with
// one executable named bootstrap. The same sources and the same Go give the same
// bytes, so that a deployment changes the functions that changed and no other.
package lambdas

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Function is one folder that has a lambda/main.go.
type Function struct {
	// Name is such as producers-storemessage: the folder, joined by hyphens.
	Name string
	// Package is the path of its main package below the module's root.
	Package string
}

// Functions finds all functions of the module, sorted by name.
func Functions(root string) ([]Function, error) {
	var found []Function
	for _, side := range []string{"producers", "queries", "consumers"} {
		mains, err := filepath.Glob(filepath.Join(root, side, "*", "lambda", "main.go"))
		if err != nil {
			return nil, fmt.Errorf("finding the functions: %w", err)
		}
		for _, main := range mains {
			name := filepath.Base(filepath.Dir(filepath.Dir(main)))
			found = append(found, Function{side + "-" + name, "./" + side + "/" + name + "/lambda"})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("finding the functions: none below %s", root)
	}
	slices.SortFunc(found, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}
