package terminal

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// ProgressFrom is the size in bytes from which a transfer has a progress bar.
const ProgressFrom = 256 << 10

// redraw is how often a bar is drawn at most.
const redraw = 65 * time.Millisecond

// Transfer shows the progress of one transfer. A nil one shows nothing.
type Transfer struct {
	out  io.Writer
	what string
	size int64
	bar  *progressbar.ProgressBar
}

// Progress makes the progress of a transfer of size bytes, shown on out; nil when
// there is nothing to show: out is no terminal, or the transfer is small.
func Progress(out io.Writer, what string, size int64) *Transfer {
	if size < ProgressFrom || !Is(out) {
		return nil
	}
	return &Transfer{out: out, what: what, size: size}
}

// Watch wraps a reader so that what is read of it shows. Another reader begins the
// bar anew, as a retry does.
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

// Clear takes the bar off the screen, for a transfer that ended early.
func (t *Transfer) Clear() {
	if t != nil && t.bar != nil {
		_ = t.bar.Clear() // what cannot be cleared stays: it is decoration
	}
}
