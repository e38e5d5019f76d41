package operator

import (
	"fmt"

	"github.com/dustin/go-humanize"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// unattended is the text for letters that wait while no server runs.
const unattended = "No server runs on this data folder; what waits is delivered at its next start."

// report writes the result. It returns an error if letters are parked that should not
// be.
func (m *mover) report() error {
	m.result.Waiting, m.result.Hidden, m.result.More = len(m.waiting), m.parked.Hidden, m.parked.More
	if err := m.env.Result(m.result, m.text()); err != nil {
		return err
	}
	if n := len(m.result.FailedAgain); n > 0 {
		return cli.Fail(cli.ExitFailure, "failed-again", count(n)+" failed again",
			"They are parked again, each with its new reason; on AWS when the visibility timeout of their last attempt is over.",
			m.flags.command("redrive", "--list"))
	}
	if m.parked.Hidden > 0 {
		return cli.Fail(cli.ExitUnavailable, "hidden", "not everything that is parked was redriven",
			"About "+count(m.parked.Hidden)+" could not be read: "+heldElsewhere+".", tryAgain)
	}
	return nil
}

// reportPartial reports the work done before an error or Ctrl-C.
func (m *mover) reportPartial(complete bool) {
	if m.result.Redriven == 0 {
		return
	}
	m.result.Waiting = len(m.waiting)
	text := m.summary()
	if m.result.Waiting > 0 && m.result.ServerRunning {
		text += " What waits will still be delivered."
	} else if m.result.Waiting > 0 {
		text += " " + unattended
	}
	if !complete {
		text += " The others stay parked."
	}
	m.env.Notice(text)
}

func (m *mover) text() string {
	r := m.result
	switch {
	case r.Redriven == 0 && m.parked.Hidden > 0:
		return "Nothing was redriven." + unread(m.parked)
	case r.Redriven == 0:
		return "Nothing is parked; there was nothing to redrive." + unread(m.parked)
	}
	text := m.summary()
	for _, line := range reasons(r.FailedAgain) {
		text += "\n  " + terminal.Line(line)
	}
	switch {
	case r.Waiting > 0 && !r.ServerRunning:
		text += "\n" + unattended
	case r.Waiting > 0 && !m.flags.NoWait:
		text += "\nThe outcome of what waits did not come in time; its consumer is behind. Ask for it later."
	}
	return text + unread(m.parked)
}

func (m *mover) summary() string {
	r := m.result
	number := func(n int) string { return humanize.Comma(int64(n)) }
	return fmt.Sprintf("Redrove %s: %s delivered, %s failed again, %s waiting.",
		count(r.Redriven), number(r.Delivered), number(len(r.FailedAgain)), number(r.Waiting))
}

func reasons(all []failed) (lines []string) {
	counts := map[string]int{}
	var order []string
	for _, f := range all {
		reason := kind(f.Reason)
		if counts[reason]++; counts[reason] == 1 {
			order = append(order, reason)
		}
	}
	for _, reason := range order {
		lines = append(lines, fmt.Sprintf("%s: %s", count(counts[reason]), reason))
	}
	return lines
}
