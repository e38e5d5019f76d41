package lambdas

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/events"
)

const root = "../.."

func TestEveryConsumerOfTheSubscriptionsIsAFunction(t *testing.T) {
	t.Parallel()
	functions, err := Functions(root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range functions {
		names = append(names, f.Name)
	}
	subscriptions, err := events.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	for consumer := range subscriptions {
		if !slices.Contains(names, "consumers-"+consumer) {
			t.Errorf("subscriptions.json names %s, which has no lambda/main.go", consumer)
		}
	}
	for _, want := range []string{"producers-storemessage", "queries-message", "consumers-reconcile"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing from %v", want, names)
		}
	}
}

func TestAZipIsWhatLambdaTakes(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("machine code "), 1000)
	first, err := archive(content)
	if err != nil {
		t.Fatal(err)
	}
	second, err := archive(content)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the same content gave other bytes, error %v", err)
	}
	r, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
	if err != nil || len(r.File) != 1 {
		t.Fatalf("zip %+v, error %v", r, err)
	}
	f := r.File[0]
	if f.Name != "bootstrap" || f.Mode().Perm() != 0o755 || f.Modified.Year() != 1980 {
		t.Errorf("entry %s, mode %v, time %v", f.Name, f.Mode(), f.Modified)
	}
	in, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(in); err != nil || !bytes.Equal(got, content) {
		t.Errorf("content differs, error %v", err)
	}
}

// TestFunctions builds all of them for this machine as make lambdas does, in a
// process of its own (the race detector makes zipping ten times slower), and starts
// each without any setting.
func TestFunctions(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./internal/lambdas/cmd", "-arch", runtime.GOARCH, "-out", out)
	cmd.Dir = root
	if table, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, table)
	}
	functions, err := Functions(root)
	if err != nil {
		t.Fatal(err)
	}
	documented := documentedVariables(t)
	for _, f := range functions {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			if diff := difference(missing(t, filepath.Join(out, f.Name+".zip")), documented[f.Name]); diff != "" {
				t.Errorf("docs/aws-functions.md and the start disagree on %s", diff)
			}
		})
	}
}

func TestTheSameSourcesGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	f := Function{"queries-me", "./queries/me/lambda"}
	var digests [2][sha256.Size]byte
	for i := range digests {
		binary := filepath.Join(t.TempDir(), bootstrap)
		if err := Link(t.Context(), Options{Root: root, Arch: runtime.GOARCH}, f, binary); err != nil {
			t.Fatal(err)
		}
		digests[i] = digest(t, binary)
	}
	if digests[0] != digests[1] {
		t.Error("the binary differs from build to build")
	}
}

func digest(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

// missing starts a function in an environment without settings, and returns the
// names of those that it asks for.
func missing(t *testing.T, zipped string) map[string]bool {
	t.Helper()
	binary := filepath.Join(t.TempDir(), bootstrap)
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

// conditional variables are required by a strategy only, so that a start that names
// none does not ask for the strategy's.
var conditional = []string{"SEALPOST_SHARED_KEY_ID"}

// documentedVariables reads the table of required variables.
func documentedVariables(t *testing.T) map[string]map[string]bool {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join(root, "docs", "aws-functions.md"))
	if err != nil {
		t.Fatal(err)
	}
	functions, err := Functions(root)
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
		if slices.Contains(conditional, name) {
			continue
		}
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

func TestABuildThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	_, err := build(context.WithoutCancel(t.Context()), Options{Root: root, Out: t.TempDir(), Arch: runtime.GOARCH}, Function{"x", "./no/such/folder"})
	if err == nil || !strings.Contains(err.Error(), "no/such/folder") {
		t.Errorf("error %v", err)
	}
	if _, err := Functions(t.TempDir()); err == nil {
		t.Error("found functions in an empty folder")
	}
}
