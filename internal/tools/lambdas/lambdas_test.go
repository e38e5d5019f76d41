package lambdas

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/events"
)

const root = "../../.."

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
