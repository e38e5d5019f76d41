package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/sealpost/sealpost/cmd/sealpost/client/terminal"
)

// Report tells on standard error what went wrong and returns the exit code; for nil
// that is 0. Errors that ended with the context are told as an interruption.
func (e *Env) Report(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	f := explain(e, err)
	if ctx.Err() != nil {
		f = fail(exitInterrupted, "interrupted", "stopped", "", "")
	}
	e.write(f)
	return f.ExitCode
}

// ReportUsage tells about a command line that could not be parsed.
func (e *Env) ReportUsage(args []string, err error) int {
	e.json = slices.Contains(args, "--json")
	var f *failure
	if !errors.As(err, &f) {
		f = usage(err.Error())
	}
	if f.Next == "" {
		f.Next = help(err)
	}
	e.write(f)
	return f.ExitCode
}

// help names the help that fits how far the command line made sense.
func help(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		return "sealpost " + parse.Context.Selected().Name + " --help"
	}
	return "sealpost --help"
}

func (e *Env) write(f *failure) {
	if e.json {
		e.writeJSON(f)
		return
	}
	fmt.Fprintln(e.err, "sealpost: "+terminal.Line(f.Title))
	if f.Detail != "" {
		fmt.Fprintln(e.err, "  "+terminal.Line(f.Detail))
	}
	if f.Next != "" {
		fmt.Fprintln(e.err, "  next: "+terminal.Line(f.Next))
	}
	if f.RequestID != "" {
		fmt.Fprintln(e.err, "  request: "+terminal.Line(f.RequestID)+" (quote it when asking for help)")
	}
}

// writeJSON writes one line of JSON to standard error.
func (e *Env) writeJSON(v any) {
	enc := json.NewEncoder(e.err)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // of what this package writes everything encodes, and a broken stderr cannot be told
}
