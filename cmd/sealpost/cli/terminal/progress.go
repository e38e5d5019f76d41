package terminal

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// ProgressFrom is the size in bytes from which a transfer has a progress bar.
const ProgressFrom = 256 << 10

// redraw is the shortest time between two drawings of a bar.
const redraw = 65 * time.Millisecond

// Transfer shows the progress of one transfer. A nil Transfer shows nothing.
type Transfer struct {
	out  io.Writer
	what string
	size int64
	bar  *progressbar.ProgressBar
}

// Progress returns the progress of a transfer of size bytes, shown on out. It returns
// nil if out is not a terminal or the transfer is small.
func Progress(out io.Writer, what string, size int64) *Transfer {
	if size < ProgressFrom || !Is(out) {
		return nil
	}
	return &Transfer{out: out, what: what, size: size}
}

// Watch wraps a reader so that reading from it moves the bar. Each call restarts the
// bar, because a retry reads from the beginning.
func (t *Transfer) Watch(r io.Reader) io.Reader {
	if t == nil {
		return r
	}
	t.Clear()
	t.bar = progressbar.NewOptions64(t.size,
		progressbar.OptionSetWriter(t.out),
		progressbar.OptionSetDescription(t.what),
		progressbar.OptionShowBytes(true),
		progressbar.OptionUseIECUnits(true),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(redraw),
		progressbar.OptionClearOnFinish(),
	)
	return io.TeeReader(r, t.bar)
}

// Clear removes the bar of a transfer that ended early.
func (t *Transfer) Clear() {
	if t != nil && t.bar != nil {
		_ = t.bar.Clear() // a bar that cannot be cleared does no harm
	}
}
