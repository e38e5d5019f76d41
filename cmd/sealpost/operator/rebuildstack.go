package operator

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/internal/rebuilding"
)

// runOnStack has it done on a deployment on AWS.
func (c *rebuildCmd) runOnStack(ctx context.Context, env *cli.Env, waits rebuild.Waits, request rebuilding.Request) error {
	s, cfg, err := c.deployment(ctx)
	if err != nil {
		return err
	}
	show := newRebuildView(env)
	r := rebuild.New(rebuild.Config{Stack: s, AWS: cfg, Waits: waits, Now: time.Now, ReadRate: c.ReadRate})
	err = r.Do(ctx, request, show.stackReport)
	show.close()
	if err != nil && ctx.Err() != nil && request.Action == rebuilding.Rebuild {
		env.Notice("A replay that has begun goes on by itself. The same command follows it; " + c.again("--drop") + " cancels it.")
	}
	if err == nil {
		c.advise(env, request.Action)
		return nil
	}
	return c.explainStack(err)
}

// again is this command with another flag.
func (c *rebuildCmd) again(flag string) string {
	return strings.Join(append([]string{"sealpost rebuild --stack " + c.Stack, flag}, c.Projections...), " ")
}

// applyThen is how printed variables take effect, in a shell.
func (c *rebuildCmd) applyThen() string {
	return "put this in place of projection_generations into your .tfvars; make deploy TFVARS=FILE; " +
		c.describe()
}

// advise says what to do with the variables that were printed.
func (c *rebuildCmd) advise(env *cli.Env, action rebuilding.Action) {
	switch action {
	case rebuilding.Rebuild, rebuilding.Promote:
		env.Notice("To promote: " + c.applyThen() + ". The generation before is kept up to date for --rollback until --drop.")
	case rebuilding.Rollback:
		env.Notice("To roll back: " + c.applyThen() + ".")
	case rebuilding.Drop:
		env.Notice("To drop: " + c.applyThen() + ". protect_data protects the tables of live generations alone, so nothing else is needed.")
	default:
	}
}

func (c *rebuildCmd) explainStack(err error) error {
	switch {
	case errors.Is(err, rebuild.ErrApplyFirst):
		return cli.Fail(cli.ExitFirst, "apply-first", "Terraform has to make the new generation first",
			"Its table, queues, rule and function are Terraform's. It takes live events from then on.", c.applyThen()+"; then the same command again")
	case errors.Is(err, rebuilding.ErrDiffers):
		return cli.Fail(cli.ExitFailure, "differs", "the new generation is not the same as the live one",
			"It was not promoted, and goes on taking live events.",
			c.again("--promote")+", if the new one is right; "+c.again("--drop")+", if the live one is")
	case errors.Is(err, rebuilding.ErrConflict):
		return cli.Fail(cli.ExitRefused, "conflict", "the generations that there are do not allow it", err.Error(),
			"sealpost rebuild --stack "+c.Stack+" --status; "+c.again("--drop"))
	case errors.Is(err, rebuilding.ErrRequest):
		return cli.Usage(err.Error())
	case errors.Is(err, rebuild.ErrStale):
		return cli.Fail(cli.ExitNotFound, "stale", c.Stack+" does not describe the deployment as it is", err.Error(),
			c.describe()+", after make deploy")
	case errors.Is(err, rebuild.ErrDeadLetters):
		return cli.Fail(cli.ExitFailure, "dead-letters", "the new generation is not complete", err.Error(),
			"sealpost redrive --stack "+c.Stack+" --list; once they are redriven, the same command again compares")
	case errors.Is(err, rebuild.ErrReplay):
		return cli.Fail(cli.ExitFailure, "replay", "the replay ended early", err.Error(),
			"the same command goes on where it ended; "+c.again("--drop")+" gives it up")
	}
	return explainAWS(err)
}

// stackReport shows a report of a rebuild on AWS, as report does an embedded one's.
func (v *rebuildView) stackReport(r rebuild.Report) {
	if v.env.JSON() {
		v.json(r)
		return
	}
	if p := r.Progress; p != nil {
		v.progress(p.Done, p.Total, phaseText(*p))
		return
	}
	v.close()
	switch {
	case r.Comparison != nil:
		fmt.Fprintln(v.env.Stdout(), comparisonText(*r.Comparison))
	case r.State != nil:
		fmt.Fprintln(v.env.Stdout(), stackStateText(*r.State))
	case r.Variables != "":
		fmt.Fprintln(v.env.Stdout(), r.Variables)
	case r.Note != "":
		v.env.Notice(terminal.Line(r.Note))
	}
}

func phaseText(p rebuild.Progress) string {
	waiting := humanize.Comma(p.Waiting) + " in the queue"
	switch p.Phase {
	case rebuild.Replaying:
		at := "starting"
		if !p.At.IsZero() {
			at = fmt.Sprintf("replayed up to %s, %s of events a second, %s behind its end", stamp(p.At), span(p.Rate), span(float64(p.Lag)))
		}
		return at + ", " + waiting + leftText(p.SecondsLeft)
	case rebuild.Archiving:
		return "waiting until the archive has what came meanwhile" + leftText(p.SecondsLeft)
	case rebuild.Draining:
		return "draining, " + waiting
	default:
		return fmt.Sprintf("comparing, %s items read, %s/s", humanize.Comma(p.Done), humanize.Comma(int64(p.Rate)))
	}
}

func span(seconds float64) string {
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}

func stackStateText(s rebuild.State) string {
	rows := [][]string{{"PROJECTION", "GENERATION", "", "IN QUEUE", "DEAD", "UNDELIVERED"}}
	for _, g := range s.Generations {
		live := ""
		if g.Live {
			live = "live"
		}
		rows = append(rows, []string{g.Projection, fmt.Sprint(g.Generation), live, humanize.Comma(g.Waiting), humanize.Comma(g.Dead), humanize.Comma(g.Undelivered)})
	}
	text := cli.Table(rows)
	if len(s.Replays) > 0 {
		rows = [][]string{{"REPLAY", "STATE", "STARTED", "ENDED", "FROM", "TO", "REPLAYED UP TO"}}
		for _, r := range s.Replays {
			rows = append(rows, []string{r.Name, strings.TrimSpace(r.State + " " + r.Reason), when(r.Started), when(r.Ended), when(r.From), when(r.To), when(r.LastReplayed)})
		}
		text += "\n\n" + cli.Table(rows)
	}
	return text + "\n\n" + stepsText(s.Steps)
}

func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return stamp(t)
}
