package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

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
		f = usage(valueless(err))
	}
	if f.Next == "" {
		f.Next = help(err)
	}
	e.write(f)
	return f.ExitCode
}

// noValue is how Kong tells of a flag where something else stands in place of its
// value: another flag, or nothing. Its error has no type that others could ask for.
var noValue = regexp.MustCompile(`^--([^:]+): (?:expected \S+ value but got "(.*)" \((?:<EOL>|long flag|short flag)\)|missing value, expecting )`)

// valueless is an error of the parser as it is told. Of a flag without a value Kong
// tells what its scanner met.
func valueless(err error) string {
	var parse *kong.ParseError
	found := noValue.FindStringSubmatch(err.Error())
	if found == nil || !errors.As(err, &parse) {
		return err.Error()
	}
	for _, flag := range parse.Context.Flags() {
		if flag.Name != found[1] {
			continue
		}
		text := fmt.Sprintf("--%s needs a value: --%s=%s", flag.Name, flag.Name, strings.TrimSuffix(flag.FormatPlaceHolder(), ",..."))
		if met := found[2]; strings.HasPrefix(met, "-") {
			text += fmt.Sprintf(" (%s is a flag; should it be the value, write --%s=%s)", met, flag.Name, met)
		}
		return text
	}
	return err.Error()
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
