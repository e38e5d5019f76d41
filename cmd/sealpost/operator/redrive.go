package operator

import (
	"context"
	"errors"
	"strings"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/ports"
)

type redriveCmd struct {
	backendFlags
	Consumer string   `arg:"" optional:"" help:"Only what this consumer failed at, such as inbox; on AWS all generations of it, or one, such as inbox-1. Default: all of them."`
	List     bool     `short:"l" help:"Only show what is parked, grouped by reason."`
	Show     string   `placeholder:"ID" help:"Only show this one, with its event and its whole reason."`
	DryRun   bool     `help:"Only say what would be redriven."`
	ID       []string `name:"id" placeholder:"ID" sep:"," help:"Redrive these only. Repeat it, or separate them by commas."`
	Rate     float64  `default:"50" placeholder:"N" help:"Redrive at most N a second (50)."`
	NoWait   bool     `help:"Wait neither for the outcome nor for letters that another command holds."`
}

func (*redriveCmd) Help() string {
	return `A delivery that a consumer failed at five times, or that no retry can save, is parked as a dead letter and blocks nothing behind it. Once the cause is repaired, redrive delivers it again, by the running server or at its next start. What fails again is parked again, with its new reason; the exit code is then 1.

Example:

	sealpost redrive --list
	sealpost redrive --show inbox/42
	sealpost redrive --dry-run notify
	sealpost redrive --id inbox/42,inbox/57
	sealpost redrive inbox --rate 10

With --stack the same on AWS: dead letters are what is in the consumers' two dead-letter queues (taken too often without success, or never put into the queue by the rule), and reasons are looked up in the functions' logs. To read a letter is to hide it from other commands for a moment; redrive waits for letters that another command holds, two minutes at most, and if they are not back then the exit code is 6. What fails again comes back under a new id once SQS has tried it as often as before, which may take a quarter of an hour; Ctrl-C stops the waiting, not the deliveries.

Example:

	terraform -chdir=terraform output -json > stack.json
	export SEALPOST_STACK=stack.json
	sealpost redrive --list inbox
	sealpost redrive --id inbox-1/5fea7756-0ea4-451a-a703-a558b933e274
	sealpost redrive inbox --rate 10 --no-wait`
}

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

func (c *redriveCmd) Run(ctx context.Context, env *cli.Env) error {
	filter, err := c.filter()
	if err != nil {
		return c.explain(err)
	}
	return c.withDeadLetters(ctx, func(d ports.DeadLetters) error {
		switch {
		case c.Show != "":
			err = c.show(ctx, env, d, filter)
		case c.List:
			err = c.list(ctx, env, d, filter)
		case c.DryRun:
			err = c.dryRun(ctx, env, d, filter)
		default:
			err = c.move(ctx, env, d, filter)
		}
		return c.explain(err)
	})
}

func (c *redriveCmd) filter() (ports.DeadLetterFilter, error) {
	f := ports.DeadLetterFilter{Consumer: c.Consumer}
	texts := c.ID
	if c.Show != "" {
		texts = []string{c.Show}
	}
	for _, text := range texts {
		id, err := ports.ParseDeadLetterID(text)
		if err != nil {
			return f, err
		}
		f.IDs = append(f.IDs, id)
	}
	return f, nil
}

// explain explains the errors of a wrong filter. It returns others unchanged.
func (c *redriveCmd) explain(err error) error {
	for _, known := range []error{ports.ErrDeadLetterID, ports.ErrNoConsumer, ports.ErrOtherConsumer} {
		if errors.Is(err, known) {
			return cli.Fail(cli.ExitUsage, "usage", "the command line is wrong", err.Error(), c.command("redrive", "--list"))
		}
	}
	return err
}

// On AWS a letter is hidden while a command holds it. A hidden letter has no outcome
// yet, so redrive waits for it, and fails if it does not come back.
const (
	heldElsewhere = "another command holds them, or did a minute ago"
	tryAgain      = "the same command again in a minute, or when no other sealpost redrive runs on this deployment"
)

// checkAll returns an error unless each of the filter's ids is in the list.
func (c *redriveCmd) checkAll(list ports.DeadLetterList, f ports.DeadLetterFilter) error {
	var missing []string
	for _, id := range f.IDs {
		if !list.Has(id) {
			missing = append(missing, id.String())
		}
	}
	if len(missing) == 0 {
		return nil
	}
	which, rest := strings.Join(missing, ", "), strings.ReplaceAll(unread(list), "\n", " ")
	if list.Hidden > 0 {
		return cli.Fail(cli.ExitUnavailable, "hidden", "not everything that is parked can be read",
			which+" cannot be found. Nothing was redriven."+rest, tryAgain)
	}
	return cli.Fail(cli.ExitNotFound, "not-parked", "there is no such dead letter",
		which+" is not parked (any more). Nothing was redriven."+rest, c.command("redrive", "--list"))
}

func unread(list ports.DeadLetterList) (text string) {
	more := ""
	if len(list.Letters) > 0 {
		more = " more"
	}
	if list.Hidden > 0 {
		text += "\nAbout " + count(list.Hidden) + more + " cannot be read: " + heldElsewhere + "."
	}
	if list.More > 0 {
		text += "\nAbout " + count(list.More) + more + " can be read when these are gone."
	}
	return text
}
