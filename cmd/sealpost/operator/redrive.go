package operator

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// redriveCmd is `sealpost redrive`.
type redriveCmd struct {
	dataFlags
	stackFlag
	Consumer string   `arg:"" optional:"" help:"Only what this consumer failed at, such as inbox; on AWS all generations of it, or one, such as inbox-1. Default: all of them."`
	List     bool     `short:"l" help:"Only show what is parked, grouped by reason."`
	Show     string   `placeholder:"ID" help:"Only show this one, with its event and its whole reason."`
	DryRun   bool     `help:"Only say what would be redriven."`
	ID       []string `name:"id" placeholder:"ID" sep:"," help:"Redrive these only. Repeat it, or separate them by commas."`
	Rate     float64  `default:"50" placeholder:"N" help:"Redrive at most N a second (50)."`
	NoWait   bool     `help:"Do not wait for how it ends, nor for letters that somebody else looks at."`
}

// Help is what `sealpost redrive --help` says below its first line.
func (*redriveCmd) Help() string {
	return `A delivery that a consumer failed at five times, or cannot ever succeed at, is parked as a dead letter and blocks nothing behind it. Once the cause is repaired, redrive delivers it again, by the running server or at its next start. What fails again is parked again, with its new reason; the exit code is then 1.

Example:

	sealpost redrive --list
	sealpost redrive --show inbox/42
	sealpost redrive --dry-run notify
	sealpost redrive --id inbox/42,inbox/57
	sealpost redrive inbox --rate 10

With --stack the same on AWS: dead letters are what lies in the consumers' two dead-letter queues (taken too often without success, or never put into the queue by the rule), and reasons are looked up in the functions' logs. To be seen a letter is taken out of sight for a moment, from other redrives too; those that somebody else looks at are waited for, two minutes at most, and if they are not back then the exit code is 6. What fails again comes back under a new id once SQS has tried it as often as before, which may take a quarter of an hour; Ctrl-C stops the waiting, not the deliveries.

Example:

	terraform -chdir=terraform output -json > stack.json
	export SEALPOST_STACK=stack.json
	sealpost redrive --list inbox
	sealpost redrive --id inbox-1/5fea7756-0ea4-451a-a703-a558b933e274
	sealpost redrive inbox --rate 10 --no-wait`
}

// Validate refuses what cannot be meant.
func (c *redriveCmd) Validate() error {
	ways := 0
	for _, way := range []bool{c.List, c.Show != "", c.DryRun} {
		if way {
			ways++
		}
	}
	switch {
	case ways > 1:
		return cli.Usage("--list, --show and --dry-run are three different things: give one")
	case len(c.ID) > 0 && (c.List || c.Show != ""):
		return cli.Usage("--id says what to redrive; --list and --show redrive nothing")
	case c.Rate <= 0 || c.Rate > 10_000:
		return cli.Usage("--rate is more than 0 and at most 10000")
	}
	return nil
}

// noConsumer says which consumers there are in place of one that there is not.
func noConsumer(name string, all []string) error {
	return fmt.Errorf("there is no consumer %q; there are %s", name, strings.Join(all, ", "))
}

func notOf(id, consumer string) error {
	return fmt.Errorf("%s is not one of consumer %s", id, consumer)
}

// Run does what the flags say.
func (c *redriveCmd) Run(ctx context.Context, env *cli.Env) error {
	return c.withParking(ctx, func(p parking) error {
		ids := c.ID
		if c.Show != "" {
			ids = []string{c.Show}
		}
		if err := p.check(c.Consumer, ids); err != nil {
			return cli.Fail(cli.ExitUsage, "usage", "the command line is wrong", err.Error(), c.command("--list"))
		}
		switch {
		case c.Show != "":
			return c.show(ctx, env, p)
		case c.List:
			return c.list(ctx, env, p)
		case c.DryRun:
			return c.dryRun(ctx, env, p)
		}
		return c.move(ctx, env, p)
	})
}

// withParking runs a command on the dead letters of the data folder, or of the
// deployment that --stack describes.
func (c *redriveCmd) withParking(ctx context.Context, run func(parking) error) error {
	if c.Stack == "" {
		return c.withLog(ctx, func(log *eventlog.Log) error { return run(&embedded{log, &c.dataFlags}) })
	}
	s, err := c.Load()
	if err != nil {
		return err
	}
	cfg, err := c.Config(ctx, s)
	if err != nil {
		return err
	}
	return explainAWS(run(newDeployment(cfg, s)))
}

// named are the letters with these ids.
func named(letters []letter, ids []string) []letter {
	return slices.DeleteFunc(letters, func(l letter) bool { return !slices.Contains(ids, l.ID) })
}

// command is a command line for a hint, for the same place as this one.
func (c *redriveCmd) command(arguments ...string) string {
	if c.Stack != "" {
		arguments = append(arguments, "--stack", c.Stack)
	}
	return strings.Join(append([]string{"sealpost redrive"}, arguments...), " ")
}
