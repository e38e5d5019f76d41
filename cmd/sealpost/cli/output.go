package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// Result writes the result of a command: v as JSON with --json, otherwise text.
func (e *Env) Result(v any, text string) error {
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

// Notice writes a note for a person to standard error. With --json it does nothing.
func (e *Env) Notice(text string) {
	if !e.json {
		fmt.Fprintln(e.err, terminal.Line(text))
	}
}

// Warn writes a warning to standard error, also with --json.
func (e *Env) Warn(text string) {
	if e.json {
		e.writeJSON(map[string]string{"warning": text})
		return
	}
	fmt.Fprintln(e.err, "sealpost: warning: "+terminal.Line(text))
}

func (e *Env) writeJSON(v any) {
	enc := json.NewEncoder(e.err)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // v can always be encoded; a broken stderr cannot be reported
}

// Table lays out rows in columns. The first row is the heading. Cells may hold text of
// other users, so control characters are escaped.
func Table(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			row[i] = terminal.Line(cell)
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	_ = w.Flush() // a strings.Builder never fails
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Lines joins lines, with control characters escaped in each.
func Lines(texts ...string) string {
	for i, t := range texts {
		texts[i] = terminal.Line(t)
	}
	return strings.Join(texts, "\n")
}
