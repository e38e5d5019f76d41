package operator

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/ports"
)

// lineEvery is how often a line reports progress if there is no bar.
const lineEvery = 2 * time.Second

// rebuildView shows reports. With --json each is a line; otherwise results go to
// standard output and progress to standard error.
type rebuildView struct {
	env  *cli.Env
	bar  *progressbar.ProgressBar // nil while there is none
	line time.Time                // when the last line of progress was written
	// variables is true once variables were shown.
	variables bool
}

func (v *rebuildView) report(r ports.RebuildReport) {
	v.variables = v.variables || r.Variables != ""
	if v.env.JSON() {
		enc := json.NewEncoder(v.env.Stdout())
		enc.SetEscapeHTML(false)
		_ = enc.Encode(r) // an output that cannot be written does not stop the action
		return
	}
	if p := r.Progress; p != nil {
		v.progress(p.Done, p.Total, progressText(*p))
		return
	}
	v.close()
	out := v.env.Stdout()
	switch {
	case r.Comparison != nil:
		fmt.Fprintln(out, comparisonText(*r.Comparison))
	case r.State != nil:
		fmt.Fprintln(out, stateText(*r.State))
	case r.Variables != "":
		fmt.Fprintln(out, r.Variables)
	case r.Note != "":
		v.env.Notice(r.Note)
	}
}

// progress shows how much of a total is done. The total is 0 if unknown.
func (v *rebuildView) progress(done, total int64, text string) {
	if terminal.Is(v.env.Stderr()) {
		if v.bar != nil && v.bar.GetMax64() != barTotal(total) {
			v.close()
		}
		if v.bar == nil {
			v.bar = progressbar.NewOptions64(barTotal(total), progressbar.OptionSetWriter(v.env.Stderr()), progressbar.OptionSetWidth(30),
				progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(false))
		}
		v.bar.Describe(text)
		_ = v.bar.Set64(done) // a bar that cannot be drawn is no error
		return
	}
	if (done < total || total == 0) && time.Since(v.line) < lineEvery {
		return
	}
	v.line = time.Now()
	if total == 0 {
		fmt.Fprintf(v.env.Stderr(), "      %s\n", text)
		return
	}
	fmt.Fprintf(v.env.Stderr(), "%3.0f%%  %s\n", 100*float64(done)/float64(total), text)
}

// barTotal returns a bar's maximum; -1 makes it a spinner.
func barTotal(total int64) int64 {
	if total == 0 {
		return -1
	}
	return total
}

func (v *rebuildView) close() {
	if v.bar != nil {
		_ = v.bar.Clear() // a bar that cannot be drawn is no error
		v.bar = nil
	}
}

func progressText(p ports.RebuildProgress) (text string) {
	switch {
	case p.Phase == ports.PhaseArchiving:
		text = "waiting until the archive has what came meanwhile"
	case p.Phase == ports.PhaseDraining:
		return "draining, " + humanize.Comma(p.Waiting) + " in the queue"
	case p.Phase == ports.PhaseComparing:
		return fmt.Sprintf("comparing, %s items read, %s/s", humanize.Comma(p.Done), humanize.Comma(int64(p.Rate)))
	case p.Unit == ports.UnitEvents && p.Total == 0: // from the copy of the archive
		text = fmt.Sprintf("%s deliveries sent, %s/s", humanize.Comma(p.Done), humanize.Comma(int64(p.Rate)))
	case p.Unit == ports.UnitEvents:
		text = fmt.Sprintf("%s events replayed, %s/s, %s behind the newest", humanize.Comma(p.Replayed), humanize.Comma(int64(p.Rate)), humanize.Comma(p.Lag))
	case p.ReachedAt.IsZero():
		text = "starting"
	default:
		text = fmt.Sprintf("replayed up to %s, %s of events a second, %s behind its end", stamp(p.ReachedAt), span(p.Rate), span(float64(p.Lag)))
	}
	if p.Waiting > 0 {
		text += ", " + humanize.Comma(p.Waiting) + " in the queue"
	}
	if p.SecondsLeft >= 0 {
		text += ", " + span(p.SecondsLeft) + " left"
	}
	if p.Skipped > 0 {
		text += ", " + humanize.Comma(p.Skipped) + " skipped"
	}
	return text
}

func span(seconds float64) string {
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}

func comparisonText(c ports.GenerationComparison) string {
	text := fmt.Sprintf("%s: generation %d (live) has %s, generation %d has %s, of %s; ", c.Projection, c.Live,
		plural(c.LiveRows, "row", ""), c.Candidate, humanize.Comma(c.CandidateRows), plural(c.Users, "user", ""))
	switch c.Differing {
	case 0:
		return text + "they are the same."
	case 1:
		text += "1 user differs."
	default:
		text += humanize.Comma(c.Differing) + " users differ."
	}
	rows := [][]string{{"USER", "LIVE ROWS", "DIGEST", "NEW ROWS", "DIGEST"}}
	for _, d := range c.Differences {
		rows = append(rows, []string{d.UserID, humanize.Comma(d.Live.Rows), short(d.Live.SHA256), humanize.Comma(d.Candidate.Rows), short(d.Candidate.SHA256)})
	}
	text += "\n" + indent(cli.Table(rows))
	if more := c.Differing - int64(len(c.Differences)); more > 0 {
		text += fmt.Sprintf("\n  and %s more", humanize.Comma(more))
	}
	return text
}

// short returns the beginning of a digest, long enough to tell two apart.
func short(digest string) string {
	if len(digest) < 12 {
		return "-"
	}
	return digest[:12]
}

func stateText(s ports.RebuildState) string {
	rows := [][]string{{"PROJECTION", "LIVE", "CANDIDATE", "STATE"}}
	for _, p := range s.Projections {
		row := []string{p.Projection, fmt.Sprint(p.Live), "-", ""}
		switch {
		case p.Candidate != nil:
			row[2], row[3] = fmt.Sprint(p.Candidate.Generation), candidateText(*p.Candidate, s.Running)
		case len(p.Left) > 0:
			row[2], row[3] = strings.Trim(fmt.Sprint(p.Left), "[]"), "dropped, but not wholly; --drop finishes it, as does the server's next start"
		}
		rows = append(rows, row)
	}
	return cli.Table(rows) + "\n\n" + stepsText(s.Steps)
}

func candidateText(c ports.Candidate, running bool) (text string) {
	amount := humanize.Comma
	if c.Unit == ports.UnitSeconds {
		amount = func(n int64) string { return span(float64(n)) }
	}
	done := fmt.Sprintf("%s of %s %s", amount(c.Done), amount(c.Total), map[string]string{ports.UnitEvents: "events", ports.UnitSeconds: "of events"}[c.Unit])
	switch {
	case c.State == ports.CandidateKept:
		text = "kept for --rollback"
	case c.State == ports.CandidateFilled && running:
		text = "filled, being compared"
	case c.State == ports.CandidateFilled:
		text = "filled, not promoted: rebuild compares it again, --promote or --drop decides"
	case c.State == ports.CandidateFilling:
		text = "being filled: " + done
	default:
		text = "interrupted: " + done + "; rebuild continues, --drop gives it up"
	}
	if c.Waiting > 0 {
		text += "; " + humanize.Comma(c.Waiting) + " in the queue"
	}
	if c.DeadLetters > 0 {
		text += "; " + plural(c.DeadLetters, "dead letter", "")
	}
	return text
}

func stepsText(steps []ports.RebuildStep) string {
	if len(steps) == 0 {
		return "Nothing was ever rebuilt."
	}
	rows := [][]string{{"TIME", "PROJECTION", "GENERATION", "STEP", ""}}
	for _, step := range steps {
		rows = append(rows, []string{stamp(step.At), step.Projection, fmt.Sprint(step.Generation), step.Step, step.Detail})
	}
	return cli.Table(rows)
}
