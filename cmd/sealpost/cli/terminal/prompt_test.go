package terminal_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

func TestFirstLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"s3cret\nmore\n": "s3cret", "s3cret": "s3cret", "s3cret\r\n": "s3cret", " s p \n": " s p ", "\n": "",
	} {
		got, err := terminal.FirstLine(t.Context(), strings.NewReader(in))
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	if _, err := terminal.FirstLine(t.Context(), strings.NewReader("")); !errors.Is(err, terminal.ErrNoInput) {
		t.Errorf("empty: got %v", err)
	}
	if got, err := terminal.FirstLine(t.Context(), strings.NewReader(strings.Repeat("x", 1<<20))); err == nil {
		t.Errorf("a line without end: got %d bytes", len(got))
	}
}

func TestReadAllReadsOneByteMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	got, err := terminal.ReadAll(t.Context(), strings.NewReader("123456"), 4)
	if err != nil || string(got) != "12345" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestReadingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := terminal.FirstLine(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("FirstLine: got %v", err)
	}
	if _, err := terminal.ReadAll(ctx, r, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("ReadAll: got %v", err)
	}
}
