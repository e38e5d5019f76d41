package terminal

import (
	"os"

	"golang.org/x/term"
)

// Is reports whether a stream (an io.Reader or io.Writer) is a terminal.
func Is(stream any) bool {
	_, ok := fd(stream)
	return ok
}

func fd(stream any) (int, bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	n := int(f.Fd())
	return n, term.IsTerminal(n)
}
