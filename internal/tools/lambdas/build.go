package lambdas

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// Options says how to build.
type Options struct {
	// Root is the module's folder.
	Root string
	// Out is the folder that the zips go to.
	Out string
	// Arch is arm64 or amd64.
	Arch string
}

// Artifact is what was built of one function.
type Artifact struct {
	Function
	Zip string
	// BinaryBytes and ZipBytes are the sizes of bootstrap and of the zip.
	BinaryBytes, ZipBytes int64
}

// flags build a binary that depends only on the sources: no local paths, no version
// control stamp, no build id, stripped, and without the RPC server of the retired go1.x
// runtime (aws-lambda-go's tag lambda.norpc).
func flags() []string {
	return []string{"-trimpath", "-buildvcs=false", "-tags=lambda.norpc", "-ldflags=-s -w -buildid="}
}

// Build builds and zips every function.
func Build(ctx context.Context, o Options) ([]Artifact, error) {
	functions, err := Functions(o.Root)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Out, 0o750); err != nil {
		return nil, fmt.Errorf("making %s: %w", o.Out, err)
	}
	if err := compile(ctx, o, functions); err != nil {
		return nil, err
	}
	artifacts := make([]Artifact, len(functions))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, f := range functions {
		g.Go(func() (err error) {
			artifacts[i], err = build(ctx, o, f)
			return err
		})
	}
	return artifacts, g.Wait()
}

// compile fills Go's cache with the shared packages, so that the concurrent links do
// not each compile them.
func compile(ctx context.Context, o Options, functions []Function) error {
	args := append([]string{"build"}, flags()...)
	for _, f := range functions {
		args = append(args, f.Package)
	}
	return command(ctx, o, args...)
}

func build(ctx context.Context, o Options, f Function) (Artifact, error) {
	dir, err := os.MkdirTemp("", "sealpost-lambda-")
	if err != nil {
		return Artifact{}, fmt.Errorf("making a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary := filepath.Join(dir, bootstrap)
	if err := Link(ctx, o, f, binary); err != nil {
		return Artifact{}, err
	}
	a := Artifact{Function: f, Zip: filepath.Join(o.Out, f.Name+".zip")}
	a.BinaryBytes, a.ZipBytes, err = pack(binary, a.Zip)
	return a, err
}

// Link builds the executable of one function.
func Link(ctx context.Context, o Options, f Function, binary string) error {
	return command(ctx, o, append(append([]string{"build"}, flags()...), "-o", binary, f.Package)...)
}

func command(ctx context.Context, o Options, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // fixed arguments and our own package paths
	cmd.Dir = o.Root
	// The environment's own flags must not change the result.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+o.Arch, "GOFLAGS=", "GOAMD64=v1", "GOARM64=v8.0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %v: %w\n%s", args, err, out)
	}
	return nil
}
