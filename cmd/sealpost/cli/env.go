// Package cli holds what all commands of the binary share: the streams, text and JSON
// output, failures with their exit codes, and the flag --json.
package cli

import "io"

// Env gives a command its streams and the output format. Create it with [NewEnv].
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

// Stdin returns the input, a terminal or a pipe.
func (e *Env) Stdin() io.Reader { return e.in }

// Stdout returns the stream for results that a command writes in parts.
func (e *Env) Stdout() io.Writer { return e.out }

// Stderr returns the stream for progress and prompts.
func (e *Env) Stderr() io.Writer { return e.err }

// JSONFlag is the flag --json. Every command embeds it.
type JSONFlag struct {
	JSON bool `help:"Write the result as JSON to standard output, and errors as JSON to standard error."`
}

// AfterApply implements Kong's hook. It sets the format before the command runs.
func (f *JSONFlag) AfterApply(env *Env) error {
	env.json = f.JSON
	return nil
}
