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

// maxLine limits a line of input, in bytes. Cognito passwords have at most 256
// characters.
const maxLine = 4 << 10

// ErrMismatch means that the repeated password differs from the first.
var ErrMismatch = errors.New("the two passwords are not the same")

// ErrNoInput means that the input ended before a password was given.
var ErrNoInput = errors.New("the input ended")

// Password asks for a password on the terminal in, without echo, with prompts on out.
// With repeat it asks twice.
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
	// ReadPassword restores the echo when it returns, but a signal does not make it
	// return. On Ctrl-C the state is therefore restored here, or the shell would stay
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

// FirstLine reads the first line of an input that is not a terminal, without its line
// break. It leaves the rest unread.
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

// ReadAll reads an input to its end, but at most limit+1 bytes.
func ReadAll(ctx context.Context, in io.Reader, limit int64) ([]byte, error) {
	return await(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(in, limit+1)) })
}

func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrNoInput
	}
	return err
}

// await ends a read when the context ends. The read itself cannot be stopped, because
// terminals and pipes have no portable deadline. Its goroutine leaks, which is
// acceptable only because the process ends after a cancelled command.
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
