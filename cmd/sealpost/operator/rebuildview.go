package operator

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
	"github.com/schollz/progressbar/v3"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// lineEvery is how often progress is a line, where there is no bar.
const lineEvery = 2 * time.Second

// rebuildView shows reports: as they are with --json, one a line; else what came out
// on standard output, and progress on standard error.
type rebuildView struct {
	env  *cli.Env
	bar  *progressbar.ProgressBar
	line time.Time
}

func newRebuildView(env *cli.Env) *rebuildView { return &rebuildView{env: env} }

func (v *rebuildView) json(report any) {
	enc := json.NewEncoder(v.env.Stdout())
	enc.SetEscapeHTML(false)
	_ = enc.Encode(report) // what cannot be shown does not stop what is done
}

func (v *rebuildView) report(r rebuild.Report) {
	if v.env.JSON() {
		v.json(r)
		return
	}
	if r.Progress != nil {
		v.progress(r.Progress.Done, r.Progress.Total, progressText(*r.Progress))
		return
	}
	v.close()
	switch {
	case r.Comparison != nil:
		fmt.Fprintln(v.env.Stdout(), comparisonText(*r.Comparison))
	case r.State != nil:
		fmt.Fprintln(v.env.Stdout(), stateText(*r.State))
	case r.Note != "":
		fmt.Fprintln(v.env.Stdout(), terminal.Line(r.Note))
	}
}

// progress shows how much is done of a total, which is 0 if nobody knows it.
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
		_ = v.bar.Set64(done) // what cannot be drawn is only decoration
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

// barTotal is a bar's maximum; without one it is a spinner.
func barTotal(total int64) int64 {
	if total == 0 {
		return -1
	}
	return total
}

// close takes the bar off the screen.
func (v *rebuildView) close() {
	if v.bar != nil {
		_ = v.bar.Clear() // as above
		v.bar = nil
	}
}

func progressText(p rebuild.Progress) string {
	text := fmt.Sprintf("%s events replayed, %s/s, %s behind the newest", humanize.Comma(p.Replayed), humanize.Comma(int64(p.Rate)), humanize.Comma(p.Lag))
	text += leftText(p.SecondsLeft)
	if p.Skipped > 0 {
		text += fmt.Sprintf(", %s skipped", humanize.Comma(p.Skipped))
	}
	return text
}

// leftText is an estimate of what is left, if there is one.
func leftText(seconds float64) string {
	if seconds < 0 {
		return ""
	}
	return ", " + time.Duration(seconds*float64(time.Second)).Round(time.Second).String() + " left"
}

func comparisonText(c projections.Comparison) string {
	text := fmt.Sprintf("%s: generation %d (live) has %s, generation %d has %s, of %s; ", c.Projection, c.Live,
		english.Plural(int(c.LiveRows), "row", ""), c.Other, humanize.Comma(c.OtherRows), english.Plural(int(c.Users), "user", ""))
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
		rows = append(rows, []string{d.UserID, humanize.Comma(d.Live.Rows), short(d.Live.SHA256), humanize.Comma(d.Other.Rows), short(d.Other.SHA256)})
	}
	text += "\n" + indent(cli.Table(rows))
	if more := c.Differing - int64(len(c.Differences)); more > 0 {
		text += fmt.Sprintf("\n  and %s more", humanize.Comma(more))
	}
	return text
}

// short is as much of a digest as tells two of them apart.
func short(digest string) string {
	if len(digest) < 12 {
		return "-"
	}
	return digest[:12]
}

func stateText(s rebuild.State) string {
	rows := [][]string{{"PROJECTION", "LIVE", "OTHER", "STATE"}}
	for _, p := range s.Projections {
		row := []string{p.Projection, fmt.Sprint(p.Live), "-", ""}
		if o := p.Other; o != nil {
			row[2], row[3] = fmt.Sprint(o.Generation), otherText(*o, s.Running)
		}
		rows = append(rows, row)
		if len(p.Left) > 0 && row[2] == "-" {
			row[2], row[3] = numbers(p.Left), "dropped, but not wholly; --drop finishes it, as does the server's next start"
		}
	}
	text := cli.Table(rows)
	return text + "\n\n" + stepsText(s.Steps)
}

func numbers(all []int) string { return strings.Trim(fmt.Sprint(all), "[]") }

func stepsText(steps []projections.Step) string {
	if len(steps) == 0 {
		return "Nothing was ever rebuilt."
	}
	rows := [][]string{{"TIME", "PROJECTION", "GENERATION", "STEP", ""}}
	for _, step := range steps {
		rows = append(rows, []string{stamp(step.At), step.Projection, fmt.Sprint(step.Generation), step.Step, step.Detail})
	}
	return cli.Table(rows)
}

func otherText(o projections.Candidate, running bool) string {
	switch {
	case o.State == projections.Kept:
		return "kept for --rollback"
	case o.State == projections.Filled && !running:
		return "filled, not promoted: rebuild compares it again, --promote or --drop decides"
	case o.State == projections.Filled:
		return "filled, being compared"
	}
	text := fmt.Sprintf("%d of %d events", o.Position-o.From, o.UpTo-o.From)
	if running {
		return "being filled: " + text
	}
	return "interrupted: " + text + "; rebuild goes on, --drop gives it up"
}
