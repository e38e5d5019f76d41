package awsprovider

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// What is built. The module proxy knows the provider's commits, and no release above 1:
// its module path has no /v6. The sum is the module's, as go.sum would have it.
const (
	module = "github.com/hashicorp/terraform-provider-aws"
	commit = "v1.60.1-0.20260602190131-5f2286d6d836"
	sum    = "h1:haLmsj0WF7e6d2TGbk0fbz5qWdA9f8w9sNpMe6J6WqM="
)

// Version is what the commit calls itself, in its version/VERSION.
const Version = "6.47.1"

// recipe is what makes the build, so that another way of making it is built anew.
//
//go:embed build.go cut.go register.go stubs
var recipe embed.FS

// Build returns the absolute path of the provider's binary. It is built once, in cache, which
// takes some 5 minutes on 2 processors; say tells what it is at. It needs the Go
// module proxy.
func Build(ctx context.Context, cache string, say func(format string, args ...any)) (string, error) {
	key, err := recipeKey()
	if err != nil {
		return "", err
	}
	if cache, err = filepath.Abs(cache); err != nil {
		return "", fmt.Errorf("finding the provider's cache: %w", err)
	}
	dir := filepath.Join(cache, key)
	binary := filepath.Join(dir, "terraform-provider-aws_v"+Version)
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	say("fetching %s@%s", module, commit)
	from, err := fetch(ctx)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("making the provider's cache: %w", err)
	}
	source, err := os.MkdirTemp(dir, "source-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the provider's source: %w", err)
	}
	defer func() { _ = os.RemoveAll(source) }() // what is left there is in nobody's way
	if err := cut(from, source); err != nil {
		return "", err
	}
	say("building hashicorp/aws %s for %d services; the first time takes minutes", Version, len(services))
	unfinished := filepath.Join(source, "unfinished")
	if _, err := goTool(ctx, source, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", unfinished, "."); err != nil {
		return "", fmt.Errorf("building the provider: %w", err)
	}
	if err := os.Rename(unfinished, binary); err != nil {
		return "", fmt.Errorf("keeping the provider: %w", err)
	}
	return binary, nil
}

func recipeKey() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(recipe, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := recipe.ReadFile(name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(h, "%s %d %s", name, len(raw), raw)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading how the provider is built: %w", err)
	}
	_, _ = fmt.Fprint(h, runtime.Version(), runtime.GOARCH) // a hash takes everything
	return hex.EncodeToString(h.Sum(nil)[:6]), nil
}

// fetch returns the folder of the provider's source in the module cache, after its
// checksum was found to be ours.
func fetch(ctx context.Context) (string, error) {
	scratch, err := os.MkdirTemp("", "sealpost-awsprovider-")
	if err != nil {
		return "", fmt.Errorf("making a scratch module: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }() // a temporary folder
	if err := os.WriteFile(filepath.Join(scratch, "go.mod"), []byte("module scratch\n"), 0o600); err != nil {
		return "", fmt.Errorf("making a scratch module: %w", err)
	}
	out, err := goTool(ctx, scratch, "mod", "download", "-json", module+"@"+commit)
	if err != nil {
		return "", fmt.Errorf("fetching the provider's source: %w", err)
	}
	var fetched struct{ Dir, Sum string }
	if err := json.Unmarshal(out, &fetched); err != nil {
		return "", fmt.Errorf("reading what was fetched: %w", err)
	}
	if fetched.Sum != sum {
		return "", fmt.Errorf("the provider's source has the checksum %s, not %s", fetched.Sum, sum)
	}
	return fetched.Dir, nil
}

// goTool runs the go command outside our module, and returns what it printed.
func goTool(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // arguments of our own
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, bytes.TrimSpace(exit.Stderr))
	} else if err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return out, nil
}
