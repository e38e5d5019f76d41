package e2e

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/sealpost/sealpost/internal/tools/lambdas"
)

// zips is the folder of the functions' zips, built once as make lambdas does, for
// this machine and in a process of its own (the race detector makes zipping ten
// times slower). SEALPOST_ZIPS names a folder of zips that were built before, which
// saves a minute while one works on these tests.
var zips = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv("SEALPOST_ZIPS"); dir != "" {
		return dir, nil
	}
	dir, err := os.MkdirTemp("", "sealpost-zips-")
	if err != nil {
		return "", err
	}
	built = dir
	cmd := exec.Command("go", "run", "./internal/tools/lambdas/cmd", "-arch", runtime.GOARCH, "-out", dir) //nolint:gosec // fixed arguments
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the functions: %w\n%s", err, out)
	}
	return dir, nil
})

// built is the folder that the tests made and must remove, if they made one.
var built string

// TestEveryFunctionNamesWhatItMisses starts each without any setting.
func TestEveryFunctionNamesWhatItMisses(t *testing.T) {
	t.Parallel()
	dir, err := zips()
	if err != nil {
		t.Fatal(err)
	}
	functions, err := lambdas.Functions(root)
	if err != nil {
		t.Fatal(err)
	}
	documented := documentedVariables(t)
	for _, f := range functions {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			if diff := difference(missing(t, filepath.Join(dir, f.Name+".zip")), documented[f.Name]); diff != "" {
				t.Errorf("docs/aws-functions.md and the start disagree on %s", diff)
			}
		})
	}
}

// missing starts a function in an environment without settings, and returns the
// names of those that it asks for.
func missing(t *testing.T, zipped string) map[string]bool {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	if err := unpack(zipped, binary); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = []string{"AWS_REGION=us-east-1"}
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatalf("it started without settings:\n%s", out)
	}
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`(SEALPOST_[A-Z_]+) is not set`).FindAllStringSubmatch(string(out), -1) {
		names[m[1]] = true
	}
	return names
}

func unpack(zipped, path string) error {
	r, err := zip.OpenReader(zipped)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	in, err := r.File[0].Open()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil { //nolint:gosec // what this test built
		return err
	}
	return out.Close()
}

// documentedVariables reads the table of required variables.
func documentedVariables(t *testing.T) map[string]map[string]bool {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join(root, "docs", "aws-functions.md"))
	if err != nil {
		t.Fatal(err)
	}
	functions, err := lambdas.Functions(root)
	if err != nil {
		t.Fatal(err)
	}
	required, _, _ := strings.Cut(string(doc), "\nOptional:")
	out := map[string]map[string]bool{}
	for _, f := range functions {
		out[f.Name] = map[string]bool{}
	}
	for line := range strings.Lines(required) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 || !strings.HasPrefix(strings.TrimSpace(cells[1]), "`SEALPOST_") {
			continue
		}
		name := strings.Trim(cells[1], " `")
		for i, side := range []string{"producers-", "queries-", "consumers-"} {
			for _, function := range strings.Split(cells[3+i], ",") {
				function = strings.TrimSpace(function)
				for f, variables := range out {
					if strings.HasPrefix(f, side) && (function == "all" || side+function == f) {
						variables[name] = true
					}
				}
			}
		}
	}
	return out
}

// difference names what is in one set only.
func difference(a, b map[string]bool) string {
	var names []string
	for name := range maps.Keys(a) {
		if !b[name] {
			names = append(names, name+" (asked for, not documented)")
		}
	}
	for name := range maps.Keys(b) {
		if !a[name] {
			names = append(names, name+" (documented, not asked for)")
		}
	}
	return strings.Join(names, ", ")
}
