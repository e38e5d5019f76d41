// Package cli is what all commands of the binary share: the streams, results as text
// and as JSON, failures with their exit codes, and the flag --json.
package cli

import "io"

// Env is what a command has of the process that it runs in. Create it with [NewEnv].
type Env struct {
	in       io.Reader
	out, err io.Writer
	json     bool
}

// NewEnv returns an Env with these streams.
func NewEnv(stdin io.Reader, stdout, stderr io.Writer) *Env {
	return &Env{in: stdin, out: stdout, err: stderr}
}

// JSON reports whether --json was given.
func (e *Env) JSON() bool { return e.json }

// Stdin is where a person or a pipe writes to.
func (e *Env) Stdin() io.Reader { return e.in }

// Stdout is for results that are written piece by piece.
func (e *Env) Stdout() io.Writer { return e.out }

// Stderr is for progress and prompts.
func (e *Env) Stderr() io.Writer { return e.err }

// JSONFlag is the flag --json. Every command embeds it.
type JSONFlag struct {
	JSON bool `help:"Write the result as JSON to standard output, and errors as JSON to standard error."`
}

// AfterApply implements kong's hook: it sets the format before the command runs.
func (f *JSONFlag) AfterApply(env *Env) error {
	env.json = f.JSON
	return nil
}
