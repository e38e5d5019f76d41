package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// openPTY returns the two ends of a pseudo-terminal: the person's and the program's.
func openPTY(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// waitFor reads what the program shows until it has shown text.
func waitFor(t *testing.T, person io.Reader, text string) string {
	t.Helper()
	var shown bytes.Buffer
	one := make([]byte, 1)
	for !strings.Contains(shown.String(), text) {
		if _, err := person.Read(one); err != nil {
			t.Fatalf("waiting for %q: %v after %q", text, err, shown.String())
		}
		shown.Write(one)
	}
	return shown.String()
}

func termios(t *testing.T, tty *os.File) *unix.Termios {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func echoes(t *testing.T, tty *os.File) bool {
	t.Helper()
	return termios(t, tty).Lflag&unix.ECHO != 0
}

// waitEcho waits until the prompt has turned the echo on, or off.
func waitEcho(t *testing.T, tty *os.File, on bool) {
	t.Helper()
	eventually.True(t, fmt.Sprintf("echo is %t", on), func() bool { return echoes(t, tty) == on })
}

// endAbandonedRead lets the read end that a cancelled prompt left behind, and waits
// for it to put its terminal back: it knows that terminal by its number, which the
// next test's terminal has as soon as this one's is closed.
func endAbandonedRead(t *testing.T, person, tty *os.File) {
	t.Helper()
	state := termios(t, tty)
	state.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, state); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(person, "\n")
	waitEcho(t, tty, true)
}

func TestPasswordIsNotEchoed(t *testing.T) {
	t.Parallel()
	person, tty := openPTY(t)
	type result struct {
		password string
		err      error
	}
	done := make(chan result)
	ask := func(repeat bool) {
		password, err := terminal.Password(t.Context(), tty, tty, "Password", repeat)
		_, _ = io.WriteString(tty, "done")
		done <- result{password, err}
	}
	for _, tt := range []struct {
		first, second string
		want          error
	}{
		{"s3cret", "", nil}, {"s3cret", "s3cret", nil}, {"s3cret", "other", terminal.ErrMismatch},
	} {
		go ask(tt.second != "")
		shown := waitFor(t, person, "Password: ")
		waitEcho(t, tty, false)
		_, _ = io.WriteString(person, tt.first+"\n")
		if tt.second != "" {
			shown += waitFor(t, person, "Password again: ")
			waitEcho(t, tty, false)
			_, _ = io.WriteString(person, tt.second+"\n")
		}
		shown += waitFor(t, person, "done")
		got := <-done
		if !errors.Is(got.err, tt.want) || tt.want == nil && got.password != tt.first {
			t.Errorf("%+v: got %q, %v", tt, got.password, got.err)
		}
		if strings.Contains(shown, "s3cret") {
			t.Errorf("the password was shown: %q", shown)
		}
	}
}

func TestCtrlCAtThePromptPutsTheEchoBack(t *testing.T) {
	t.Parallel()
	person, tty := openPTY(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := terminal.Password(ctx, tty, io.Discard, "Password", false)
		done <- err
	}()
	waitEcho(t, tty, false)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if !echoes(t, tty) {
		t.Error("the terminal is left without echo")
	}
	endAbandonedRead(t, person, tty)
}

func TestProgressIsForPeopleAndLargeTransfers(t *testing.T) {
	t.Parallel()
	person, tty := openPTY(t)
	if terminal.Progress(tty, "Sending", terminal.ProgressFrom-1) != nil {
		t.Error("a small transfer has a bar")
	}
	none := terminal.Progress(&bytes.Buffer{}, "Sending", 1<<20)
	if none != nil {
		t.Error("a file of output has a bar")
	}
	if got, err := io.ReadAll(none.Watch(strings.NewReader("as it is"))); err != nil || string(got) != "as it is" {
		t.Errorf("got %q, %v", got, err)
	}
	none.Clear()
	transfer := terminal.Progress(tty, "Sending", 1<<20)
	if transfer == nil {
		t.Fatal("a large transfer at a terminal has no bar")
	}
	done := make(chan error)
	go func() {
		_, err := io.Copy(io.Discard, transfer.Watch(bytes.NewReader(make([]byte, 1<<19))))
		transfer.Clear()
		_, _ = io.WriteString(tty, "done")
		done <- err
	}()
	shown := waitFor(t, person, "done")
	if err := <-done; err != nil || !strings.Contains(shown, "Sending") || !strings.HasSuffix(shown, "\rdone") {
		t.Errorf("shown: %q, %v", shown, err)
	}
}
