package main

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/operator"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
)

// commands is the root of the command line. Kong reads the tags.
type commands struct {
	Serve    serve.Command     `cmd:"" group:"server" help:"Run all of Sealpost on this machine."`
	Operator operator.Commands `embed:""`
	client.Commands
}

const about = `Sealed messages and files between registered users.

First steps: sealpost signup, sealpost confirm, sealpost login, then sealpost send.

` + cli.ExitCodes

// run parses args, runs the command and returns the exit code. The command ends when
// ctx ends. Tests replace bindings with the options in more, which come last.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, more ...kong.Option) int {
	env := client.NewEnv(cli.NewEnv(stdin, stdout, stderr))
	helped := false
	options := append([]kong.Option{
		kong.Bind(env.Env, env, serve.Streams{Out: stdout, Err: stderr}, rebuild.DefaultWaits()), kong.BindTo(ctx, (*context.Context)(nil)),
	}, more...)
	parser, err := newParser(stdout, stderr, func(int) { helped = true }, options...)
	if err != nil {
		fmt.Fprintln(stderr, "sealpost:", err)
		return cli.ExitFailure
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if helped {
		return cli.ExitOK // --help works even if arguments are missing
	}
	if err != nil {
		return env.ReportUsage(args, err)
	}
	if err := cli.RefuseEmpty(parsed); err != nil {
		return env.ReportUsage(args, err)
	}
	return env.Report(ctx, parsed.Run())
}

// newParser returns the parser. After help, it calls exit instead of os.Exit.
func newParser(stdout, stderr io.Writer, exit func(int), options ...kong.Option) (*kong.Kong, error) {
	parser, err := kong.New(&commands{}, append(options,
		cli.Strings(),
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
