// Package lambdas builds the functions for Lambda: one zip each, with one executable
// named bootstrap. The same sources and Go version give the same bytes, so that a
// deployment changes only functions that changed.
package lambdas

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Function is a folder with a lambda/main.go.
type Function struct {
	// Name is the folder joined by hyphens, such as producers-storemessage.
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
