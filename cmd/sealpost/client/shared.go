package client

import "io"

// What the binary's other commands share with the client's, so that all of them
// report alike.

// JSONFlag is the flag --json, to be embedded in commands.
type JSONFlag = jsonFlag

// The exit codes that other commands end with; see [ExitCodes].
const (
	ExitFailure     = exitFailure
	ExitUsage       = exitUsage
	ExitNotFound    = exitNotFound
	ExitRefused     = exitRefused
	ExitFirst       = exitFirst
	ExitNotSignedIn = exitNotSignedIn
	ExitUnavailable = exitUnavailable
)

// Fail makes an error that [Env.Report] tells as it is: what it is, why, and what
// to do next. The name is the last part of its stable type.
func Fail(code int, name, title, detail, next string) error {
	return fail(code, name, title, detail, next)
}

// Result writes what a command found: v as JSON with --json, else the text.
func (e *Env) Result(v any, text string) error { return e.result(v, text) }

// Notice tells a person something beside the result. Programs get none.
func (e *Env) Notice(text string) { e.notice(text) }

// JSON says whether --json was given.
func (e *Env) JSON() bool { return e.json }

// Stdout is where results go that are written piece by piece.
func (e *Env) Stdout() io.Writer { return e.out }

// Stderr is where progress is shown.
func (e *Env) Stderr() io.Writer { return e.err }

// Table lays rows out in columns, safe to show; the first row is the heading.
func Table(rows [][]string) string { return table(rows) }
