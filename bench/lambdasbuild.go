package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/sealpost/sealpost/internal/tools/lambdas"
)

// buildLambdas builds the functions' zips for this machine with the code of make
// lambdas, and unpacks them, so that the measured binaries are those that would be
// deployed. Hello-world is linked with the same flags.
func buildLambdas(ctx context.Context, dir string) (hello *function, functions []*function, err error) {
	o := lambdas.Options{Root: ".", Out: dir, Arch: runtime.GOARCH}
	artifacts, err := lambdas.Build(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range artifacts {
		f := &function{name: a.Name, binary: filepath.Join(dir, a.Name), binaryBytes: a.BinaryBytes, zipBytes: a.ZipBytes}
		if err := unpack(a.Zip, f.binary); err != nil {
			return nil, nil, fmt.Errorf("unpacking %s: %w", a.Zip, err)
		}
		functions = append(functions, f)
	}
	hello, err = buildHello(ctx, o)
	return hello, functions, err
}

func buildHello(ctx context.Context, o lambdas.Options) (*function, error) {
	f := &function{name: helloWorld, binary: filepath.Join(o.Out, helloWorld)}
	source := lambdas.Function{Name: helloWorld, Package: "./internal/lambdas/start/hello"}
	if err := lambdas.Link(ctx, o, source, f.binary); err != nil {
		return nil, err
	}
	info, err := os.Stat(f.binary)
	if err != nil {
		return nil, fmt.Errorf("looking at what was built: %w", err)
	}
	f.binaryBytes = info.Size()
	return f, nil
}

func unpack(zipped, path string) (err error) {
	r, err := zip.OpenReader(zipped)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // read only
	if len(r.File) != 1 {
		return fmt.Errorf("it has %d files, want the executable alone", len(r.File))
	}
	in, err := r.File[0].Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // read only
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
