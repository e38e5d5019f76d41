package operator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	awsrebuild "github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

type rebuildCmd struct {
	backendFlags
	Projections []string `arg:"" optional:"" name:"projection" help:"Which: users, inbox, unread."`
	From        string   `placeholder:"TIME" help:"Replay only what was published since then: 2026-11-24, 2026-11-24T09:00:00Z, or 36h for so long ago."`
	Promote     bool     `help:"Make the candidate the live generation although it differs."`
	Rollback    bool     `help:"Return to the generation that was live before."`
	Drop        bool     `help:"Remove the generation that is not live."`
	Status      bool     `help:"Show which generations there are, and what was done to them."`
	FromArchive bool     `help:"With --stack: fill from the copy of the archive in its bucket, for an archive that is lost or another account's."`
	ReadRate    int      `default:"1000" placeholder:"N" help:"With --stack: compare at N read units (of 4 KB) a second of each table (1000)."`
}

func (*rebuildCmd) Help() string {
	return `Rebuilds projections from the event log, while the server runs or while it does not: a new generation, the candidate, is filled, compared with the live one user by user, and made the live one in one step if they are the same. If not, the differences are listed and the live one stays; --promote or --drop then says which of both is right. The generation before is kept up to date for --rollback until --drop.

After Ctrl-C or a crash the same command continues where it was. With --json there is one JSON document a line, as things happen.

With --stack it works on a deployment on AWS. There generations are Terraform's: what has to be put in place of projection_generations is printed on standard output, and exit code 7 says that it has to be applied before the same command continues. The archive is replayed to the candidates alone, 12 minutes after they began to take live events, when the archive has everything before that.

Example:

	sealpost rebuild inbox unread
	sealpost rebuild --status
	sealpost rebuild --rollback inbox unread
	sealpost rebuild --drop inbox unread
	sealpost rebuild inbox unread --stack stack.json`
}

func (c *rebuildCmd) Validate() error {
	ways := 0
	for _, way := range []bool{c.Promote, c.Rollback, c.Drop, c.Status} {
		if way {
			ways++
		}
	}
	switch {
	case ways > 1:
		return cli.Usage("--promote, --rollback, --drop and --status are different things: give one")
	case c.Status && len(c.Projections) > 0:
		return cli.Usage("--status is about all projections: name none")
	case !c.Status && len(c.Projections) == 0:
		return cli.Usage("name the projections: " + strings.Join(projection.Names(), ", "))
	case ways > 0 && c.From != "":
		return cli.Usage("--from says what a rebuild replays; it does not go with another flag")
	case c.FromArchive && (c.Stack == "" || ways > 0):
		return cli.Usage("--from-archive is for filling on AWS: it goes with --stack and with no other action")
	case c.ReadRate < 1:
		return cli.Usage("--read-rate is at least 1")
	}
	request, err := c.request()
	if err != nil {
		return err
	}
	if err := request.Check(projection.Names()); err != nil {
		return cli.Usage(err.Error())
	}
	return nil
}

func (c *rebuildCmd) request() (ports.RebuildRequest, error) {
	since, err := c.since(time.Now())
	r := ports.RebuildRequest{Action: ports.ActionRebuild, Projections: c.Projections, From: since}
	switch {
	case c.Promote:
		r.Action = ports.ActionPromote
	case c.Rollback:
		r.Action = ports.ActionRollback
	case c.Drop:
		r.Action = ports.ActionDrop
	case c.Status:
		r.Action = ports.ActionStatus
	}
	return r, err
}

// since parses --from; the zero time means from the beginning.
func (c *rebuildCmd) since(now time.Time) (time.Time, error) { return pastTime("--from", c.From, now) }

// pastTime parses the time of a flag; "" gives the zero time.
func pastTime(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		t, err := time.ParseInLocation(layout, text, time.Local)
		if err == nil && t.After(now) {
			return t, cli.Usage(fmt.Sprintf("%s %q is yet to come: nothing was published since then", flag, text))
		}
		if err == nil {
			return t, nil
		}
	}
	return time.Time{}, cli.Usage(fmt.Sprintf("%s %q is not like 2026-11-24, 2026-11-24T09:00:00Z or 36h", flag, text))
}

// Run runs the action and shows its reports. The waits apply to a rebuild on AWS.
func (c *rebuildCmd) Run(ctx context.Context, env *cli.Env, waits awsrebuild.Waits) error {
	request, err := c.request()
	if err != nil {
		return err
	}
	rebuilder, err := c.rebuilder(ctx, env, waits, c.ReadRate, c.FromArchive)
	if err != nil {
		return err
	}
	view := &rebuildView{env: env}
	err = rebuilder.Do(ctx, request, view.report)
	view.close()
	switch {
	case err != nil && ctx.Err() != nil && request.Action == ports.ActionRebuild:
		env.Notice("The same command continues where it was; a replay on AWS continues by itself. " + c.again("--drop") + " gives it up.")
	case err != nil && ctx.Err() != nil && request.Action == ports.ActionDrop:
		env.Notice("The same command continues where it was.")
	case err == nil && view.variables:
		c.advise(env, request.Action)
	}
	return c.explainBackend(c.explain(err))
}

// again returns this command line with other flags.
func (c *rebuildCmd) again(flags ...string) string {
	return c.command(append(append([]string{"rebuild"}, flags...), c.Projections...)...)
}

// apply returns how to apply the printed variables.
func (c *rebuildCmd) apply() string {
	return "put this in place of projection_generations into your .tfvars; make deploy TFVARS=FILE; " + c.describe()
}

func (c *rebuildCmd) advise(env *cli.Env, action ports.RebuildAction) {
	switch action {
	case ports.ActionRebuild, ports.ActionPromote:
		env.Notice("To promote: " + c.apply() + ". The generation before is kept up to date for --rollback until --drop.")
	case ports.ActionRollback:
		env.Notice("To roll back: " + c.apply() + ".")
	case ports.ActionDrop:
		env.Notice("To drop: " + c.apply() + ". protect_data protects the tables of live generations alone, so nothing else is needed.")
	case ports.ActionStatus:
	}
}

// explain explains the errors of a [ports.Rebuilder]. It returns others unchanged.
func (c *rebuildCmd) explain(err error) error {
	const stays = "It was not promoted, and goes on taking live events."
	for _, e := range []struct {
		is                        error
		code                      int
		name, title, detail, next string
	}{
		{ports.ErrDiffers, cli.ExitFailure, "differs", "the candidate is not the same as the live generation", stays,
			c.again("--promote") + ", if the candidate is right; " + c.again("--drop") + ", if the live one is"},
		{ports.ErrGenerations, cli.ExitRefused, "conflict", "the generations that there are do not allow it", "", c.command("rebuild", "--status")},
		{ports.ErrRebuildBusy, cli.ExitRefused, "busy", "a rebuild is running already", "There is one at a time.", c.command("rebuild", "--status")},
		{ports.ErrApplyFirst, cli.ExitFirst, "apply-first", "Terraform has to create the candidate first",
			"Its table, queues, rule and function are Terraform's. It takes live events from then on.", c.apply() + "; then the same command again"},
		{ports.ErrRebuildRequest, cli.ExitUsage, "usage", "the command line is wrong", "", ""},
		{ports.ErrNotAsDescribed, cli.ExitNotFound, "stale", c.Stack + " does not describe the deployment as it is", "", c.describe() + ", after make deploy"},
		{ports.ErrIncomplete, cli.ExitFailure, "dead-letters", "the candidate is not complete", "",
			c.command("redrive", "--list") + "; once they are redriven, the same command again compares"},
		{ports.ErrFillEnded, cli.ExitFailure, "interrupted", "the rebuild ended early", "", "the same command continues where it was; " + c.again("--drop") + " gives it up"},
		{ports.ErrNoSpace, cli.ExitFailure, "no-space", "no space is left for " + c.Data,
			"Nothing is lost. The live generation serves as before.", "make room, and give the same command again"},
	} {
		if errors.Is(err, e.is) {
			if e.detail == "" {
				e.detail = err.Error()
			}
			return cli.Fail(e.code, e.name, e.title, e.detail, e.next)
		}
	}
	return err
}
