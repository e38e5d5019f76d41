package operator

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// bar is a progress bar that counts. A nil one shows nothing.
type bar struct{ shown *progressbar.ProgressBar }

// newBar makes the bar of n steps; nil when out is no terminal.
func newBar(out io.Writer, what string, n int) *bar {
	if n == 0 || !terminal.Is(out) {
		return nil
	}
	return &bar{progressbar.NewOptions(n,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(65*time.Millisecond),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(true),
	)}
}

// grow makes it n steps longer.
func (b *bar) grow(n int) {
	if b != nil {
		b.shown.AddMax(n)
	}
}

func (b *bar) add(n int) {
	if b != nil {
		_ = b.shown.Add(n) // what cannot be drawn is only decoration
	}
}

func (b *bar) clear() {
	if b != nil {
		_ = b.shown.Clear() // as above
	}
}
