package operator

import (
	"context"
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/client"
	"github.com/sealpost/sealpost/events"
)

// redriveCmd is `sealpost redrive`.
type redriveCmd struct {
	dataFlags
	Consumer string   `arg:"" optional:"" help:"Only what this consumer failed at, such as inbox. Default: all of them."`
	List     bool     `short:"l" help:"Only show what is parked, grouped by reason."`
	Show     string   `placeholder:"ID" help:"Only show this one, with its event and its whole reason."`
	DryRun   bool     `help:"Only say what would be redriven."`
	ID       []string `name:"id" placeholder:"ID" sep:"," help:"Redrive these only. Repeat it, or separate them by commas."`
	Rate     float64  `default:"50" placeholder:"N" help:"Redrive at most N a second (50)."`
	NoWait   bool     `help:"Do not wait for how it ends."`
}

// Help is what `sealpost redrive --help` says below its first line.
func (*redriveCmd) Help() string {
	return `A delivery that a consumer failed at five times, or cannot ever succeed at, is parked as a dead letter and blocks nothing behind it. Once the cause is repaired, redrive delivers it again, by the running server or at its next start. What fails again is parked again, with its new reason; the exit code is then 1.

Example:

	sealpost redrive --list
	sealpost redrive --show inbox/42
	sealpost redrive --dry-run notify
	sealpost redrive --id inbox/42,inbox/57
	sealpost redrive inbox --rate 10`
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
		return usage("--list, --show and --dry-run are three different things: give one")
	case len(c.ID) > 0 && (c.List || c.Show != ""):
		return usage("--id says what to redrive; --list and --show redrive nothing")
	case c.Rate <= 0 || c.Rate > 10_000:
		return usage("--rate is more than 0 and at most 10000")
	}
	if c.Consumer != "" {
		if _, err := events.SubscriptionOf(c.Consumer); err != nil {
			return usage(err.Error())
		}
	}
	for _, text := range c.ID {
		id, err := eventlog.ParseLetterID(text)
		if err != nil {
			return usage(err.Error())
		}
		if c.Consumer != "" && id.Consumer != c.Consumer {
			return usage(fmt.Sprintf("%s is not one of consumer %s", id, c.Consumer))
		}
	}
	return nil
}

func usage(detail string) error {
	return client.Fail(client.ExitUsage, "usage", "the command line is wrong", detail, "")
}

// Run does what the flags say.
func (c *redriveCmd) Run(ctx context.Context, env *client.Env) error {
	return c.withLog(ctx, func(log *eventlog.Log) error {
		if c.Show != "" {
			return c.show(ctx, env, log)
		}
		letters, err := c.chosen(ctx, log)
		if err != nil {
			return err
		}
		switch {
		case c.List:
			return list(env, letters)
		case c.DryRun:
			return dryRun(env, letters)
		}
		return c.move(ctx, env, log, letters)
	})
}

// chosen are the dead letters that the command is about.
func (c *redriveCmd) chosen(ctx context.Context, log *eventlog.Log) ([]eventlog.DeadLetter, error) {
	parked, err := log.DeadLetters(ctx, c.Consumer)
	if err != nil || len(c.ID) == 0 {
		return parked, err
	}
	byID := make(map[string]eventlog.DeadLetter, len(parked))
	for _, d := range parked {
		byID[d.ID().String()] = d
	}
	var chosen []eventlog.DeadLetter
	var missing []string
	for _, text := range c.ID {
		id, err := eventlog.ParseLetterID(text)
		if err != nil {
			return nil, usage(err.Error())
		}
		if d, ok := byID[id.String()]; ok {
			chosen = append(chosen, d)
			delete(byID, id.String()) // named twice is meant once
		} else if !containsID(chosen, id) {
			missing = append(missing, text)
		}
	}
	if len(missing) > 0 {
		return nil, notParked(strings.Join(missing, ", "))
	}
	return chosen, nil
}

func containsID(letters []eventlog.DeadLetter, id eventlog.LetterID) bool {
	for _, d := range letters {
		if d.ID() == id {
			return true
		}
	}
	return false
}

func notParked(which string) error {
	return client.Fail(client.ExitNotFound, "not-parked", "there is no such dead letter", which+" is not parked (any more). Nothing was redriven.",
		"sealpost redrive --list")
}
