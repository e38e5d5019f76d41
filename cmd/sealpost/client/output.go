package client

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sealpost/sealpost/cmd/sealpost/client/terminal"
)

// result writes what a command found: v as JSON with --json, else the text.
func (e *Env) result(v any, text string) error {
	var err error
	if e.json {
		enc := json.NewEncoder(e.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(v)
	} else {
		_, err = fmt.Fprintln(e.out, text)
	}
	if err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// notice tells a person something beside the result. Programs get none.
func (e *Env) notice(text string) {
	if !e.json {
		fmt.Fprintln(e.err, terminal.Line(text))
	}
}

// warn tells people and programs alike.
func (e *Env) warn(text string) {
	if e.json {
		e.writeJSON(map[string]string{"warning": text})
		return
	}
	fmt.Fprintln(e.err, "sealpost: warning: "+terminal.Line(text))
}

// noticeRetry tells why nothing happens for a while; waits that nobody notices
// are not told.
func (e *Env) noticeRetry(err error, wait time.Duration) {
	if wait < time.Second {
		return
	}
	f := explain(e, err)
	e.notice(fmt.Sprintf("%s; trying again in %s", f.Title, wait.Round(time.Second)))
}

// table lays rows out in columns; the first row is the heading. Cells come from
// others, so they are made safe to show.
func table(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			row[i] = terminal.Line(cell)
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush() // a strings.Builder takes everything
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// lines makes a result of lines, each safe to show: names in them come from others.
func lines(texts ...string) string {
	for i, t := range texts {
		texts[i] = terminal.Line(t)
	}
	return strings.Join(texts, "\n")
}
