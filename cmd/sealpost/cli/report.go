package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// Report writes an error to standard error, in the words that explain gives, and
// returns the exit code, which is 0 for nil. Once the context has ended, it reports
// every error as an interruption.
func (e *Env) Report(ctx context.Context, err error, explain func(error) *Failure) int {
	if err == nil {
		return ExitOK
	}
	f := explain(err)
	if ctx.Err() != nil {
		f = Fail(ExitInterrupted, "interrupted", "stopped", "", "")
	}
	e.write(f)
	return f.ExitCode
}

// ReportUsage reports a command line that could not be parsed and returns the exit
// code.
func (e *Env) ReportUsage(args []string, err error) int {
	e.json = slices.Contains(args, "--json")
	var f *Failure
	if !errors.As(err, &f) {
		f = Usage(usageDetail(err))
	}
	if f.Next == "" {
		f.Next = help(err)
	}
	e.write(f)
	return f.ExitCode
}

// noValue matches Kong's error for a flag without a value, at the end or before another
// flag. Kong has no error type for it.
var noValue = regexp.MustCompile(`^--([^:]+): (?:expected \S+ value but got "(.*)" \((?:<EOL>|long flag|short flag)\)|missing value, expecting )`)

// usageDetail returns the text of a parser error. Kong's own text for a flag without a
// value names tokens of its scanner.
func usageDetail(err error) string {
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

// help returns the help command for the part of the command line that was parsed.
func help(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		return "sealpost " + parse.Context.Selected().Name + " --help"
	}
	return "sealpost --help"
}

func (e *Env) write(f *Failure) {
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
