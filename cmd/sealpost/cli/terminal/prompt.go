package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// maxLine bounds a line of input, in bytes. Cognito's passwords have at most 256
// characters.
const maxLine = 4 << 10

// ErrMismatch is a password that was not repeated as it was first typed.
var ErrMismatch = errors.New("the two passwords are not the same")

// ErrNoInput is an input that ended before anything was given.
var ErrNoInput = errors.New("the input ended")

// Password asks a person for a password at the terminal in, without echo, with the
// prompts on out. With repeat it is asked for twice.
func Password(ctx context.Context, in io.Reader, out io.Writer, prompt string, repeat bool) (string, error) {
	password, err := secret(ctx, in, out, prompt+": ")
	if err != nil || !repeat {
		return password, err
	}
	again, err := secret(ctx, in, out, prompt+" again: ")
	if err != nil {
		return "", err
	}
	if again != password {
		return "", ErrMismatch
	}
	return password, nil
}

func secret(ctx context.Context, in io.Reader, out io.Writer, prompt string) (string, error) {
	n, ok := fd(in)
	if !ok {
		return "", errors.New("reading a password: not a terminal")
	}
	// ReadPassword puts the echo back when it returns. A signal does not make it
	// return, so on Ctrl-C the state is put back here, or the shell would go on
	// without echo.
	before, err := term.GetState(n)
	if err != nil {
		return "", fmt.Errorf("reading a password: %w", err)
	}
	fmt.Fprint(out, prompt)
	defer fmt.Fprintln(out)
	password, err := await(ctx, func() ([]byte, error) { return term.ReadPassword(n) })
	if ctx.Err() != nil {
		return "", errors.Join(context.Cause(ctx), term.Restore(n, before))
	}
	return string(password), ended(err)
}

// FirstLine reads the first line of an input that is no terminal, without its end. What
// follows stays unread.
func FirstLine(ctx context.Context, in io.Reader) (string, error) {
	line, err := await(ctx, func() (string, error) {
		var line []byte
		for len(line) <= maxLine && !bytes.HasSuffix(line, []byte{'\n'}) {
			var next [1]byte
			if _, err := io.ReadFull(in, next[:]); err != nil {
				if errors.Is(err, io.EOF) && len(line) > 0 {
					break
				}
				return "", err
			}
			line = append(line, next[0])
		}
		return string(line), nil
	})
	if err != nil {
		return "", ended(err)
	}
	if len(line) > maxLine {
		return "", fmt.Errorf("the first line of the input has more than %d bytes", maxLine)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// ReadAll reads an input to its end, but no more than limit bytes and one.
func ReadAll(ctx context.Context, in io.Reader, limit int64) ([]byte, error) {
	return await(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(in, limit+1)) })
}

func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrNoInput
	}
	return err
}

// await ends a read with the context. The read itself cannot be stopped: a
// terminal or a pipe has no deadline that works everywhere. Its goroutine is
// left behind, which is sound only because a cancelled command is about to end
// the process.
func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	case r := <-done:
		return r.value, r.err
	}
}
