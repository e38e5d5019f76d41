package start_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/sealpost/sealpost/internal/tools/lambdas"
	"github.com/sealpost/sealpost/internal/tools/lambdas/start"
)

func TestMeasure(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "hello")
	o := lambdas.Options{Root: "../../../..", Arch: runtime.GOARCH}
	if err := lambdas.Link(t.Context(), o, lambdas.Function{Package: "./internal/tools/lambdas/start/hello"}, binary); err != nil {
		t.Fatal(err)
	}
	s, err := start.Measure(t.Context(), binary, nil)
	if err != nil || s.Poll <= 0 || s.Bytes < 1<<20 {
		t.Errorf("sample %+v, error %v", s, err)
	}
}

func TestABinaryThatEndsAtOnce(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "ends")
	if err := os.WriteFile(binary, []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil { //nolint:gosec // it must run
		t.Fatal(err)
	}
	if s, err := start.Measure(t.Context(), binary, nil); err == nil {
		t.Errorf("sample %+v of a binary that never polls", s)
	}
}
