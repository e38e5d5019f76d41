package main

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/cmd/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/operator"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
)

// cli is the root of the command line. Kong reads the tags.
type cli struct {
	Serve    serve.Command     `cmd:"" group:"server" help:"Run all of Sealpost on this machine."`
	Operator operator.Commands `embed:""`
	client.Commands
}

const about = `Sealed messages and files between registered users.

First steps: sealpost signup, sealpost confirm, sealpost login, then sealpost send.

` + client.ExitCodes

// run is the whole program: it parses args, runs the command, and returns the exit
// code. It ends when ctx does. More options are for tests: what they bind comes last.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, more ...kong.Option) int {
	env := client.NewEnv(stdin, stdout, stderr)
	helped := false
	options := append([]kong.Option{
		kong.Bind(env, serve.Streams{Out: stdout, Err: stderr}, rebuild.DefaultWaits()), kong.BindTo(ctx, (*context.Context)(nil)),
	}, more...)
	parser, err := newParser(stdout, stderr, func(int) { helped = true }, options...)
	if err != nil {
		fmt.Fprintln(stderr, "sealpost:", err)
		return 1
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if helped {
		return 0 // help was asked for, so nothing was wrong with what is missing
	}
	if err != nil {
		return env.ReportUsage(args, err)
	}
	return env.Report(ctx, parsed.Run())
}

// newParser makes the parser; exit is called in place of os.Exit, after help.
func newParser(stdout, stderr io.Writer, exit func(int), options ...kong.Option) (*kong.Kong, error) {
	parser, err := kong.New(&cli{}, append(options,
		kong.Name("sealpost"),
		kong.Description(about),
		kong.ExplicitGroups(client.Groups()),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Writers(stdout, stderr),
		kong.Exit(exit),
	)...)
	if err != nil {
		return nil, fmt.Errorf("reading the commands' tags: %w", err)
	}
	return parser, nil
}
