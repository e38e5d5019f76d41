package operator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	awsrebuild "github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// rebuildCmd is `sealpost rebuild`.
type rebuildCmd struct {
	backendFlags
	Projections []string `arg:"" optional:"" name:"projection" help:"Which: users, inbox, unread."`
	From        string   `placeholder:"TIME" help:"Replay only what was published since then: 2026-11-24, 2026-11-24T09:00:00Z, or 36h for so long ago."`
	Promote     bool     `help:"Make a new generation the live one although it differs."`
	Rollback    bool     `help:"Return to the generation that was live before."`
	Drop        bool     `help:"Throw the generation away that is not live."`
	Status      bool     `help:"Tell which generations there are, and what was done to them."`
	ReadRate    int      `default:"1000" placeholder:"N" help:"With --stack: compare at N read units (of 4 KB) a second of each table (1000)."`
}

// Help is what `sealpost rebuild --help` says below its first line.
func (*rebuildCmd) Help() string {
	return `Makes projections anew from the event log, while the server runs or while it does not: a new generation is filled, compared with the live one user by user, and made the live one in one step if they are the same. If not, the differences are listed and the live one stays; --promote or --drop then says which of both is right. The generation before is kept up to date for --rollback until --drop.

Stopped by Ctrl-C or by a crash, the same command goes on where it was. With --json there is one JSON document a line, as things happen.

With --stack it works on a deployment on AWS. Generations are Terraform's there: what has to be put in place of projection_generations is printed on standard output, exit code 7 says that it has to be applied before the same command goes on. The archive is replayed to the new generations alone.

Example:

	sealpost rebuild inbox unread
	sealpost rebuild --status
	sealpost rebuild --rollback inbox unread
	sealpost rebuild --drop inbox unread
	sealpost rebuild inbox unread --stack stack.json`
}

// Validate refuses what cannot be meant.
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
		return cli.Usage("--status tells about all projections: name none")
	case !c.Status && len(c.Projections) == 0:
		return cli.Usage("name the projections: " + strings.Join(projection.Names(), ", "))
	case ways > 0 && c.From != "":
		return cli.Usage("--from says what a rebuild replays; it does not go with another flag")
	case c.ReadRate < 1:
		return cli.Usage("--read-rate is at least 1")
	}
	if err := projections.CheckNames(c.Projections); err != nil {
		return cli.Usage(err.Error())
	}
	_, err := c.since(time.Now())
	return err
}

func (c *rebuildCmd) request() (rebuild.Request, error) {
	since, err := c.since(time.Now())
	r := rebuild.Request{Action: rebuild.Rebuild, Projections: c.Projections, From: since}
	switch {
	case c.Promote:
		r.Action = rebuild.Promote
	case c.Rollback:
		r.Action = rebuild.Rollback
	case c.Drop:
		r.Action = rebuild.Drop
	case c.Status:
		r.Action = rebuild.Status
	}
	return r, err
}

// since reads --from; zero means from the beginning.
func (c *rebuildCmd) since(now time.Time) (time.Time, error) {
	if c.From == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(c.From); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		t, err := time.ParseInLocation(layout, c.From, time.Local)
		if err == nil && t.After(now) {
			return t, cli.Usage(fmt.Sprintf("--from %q is yet to come: nothing was published since then", c.From))
		}
		if err == nil {
			return t, nil
		}
	}
	return time.Time{}, cli.Usage(fmt.Sprintf("--from %q is not like 2026-11-24, 2026-11-24T09:00:00Z or 36h", c.From))
}

// Run has it done, and shows how it goes. The waits are those of a rebuild on AWS.
func (c *rebuildCmd) Run(ctx context.Context, env *cli.Env, waits awsrebuild.Waits) error {
	request, err := c.request()
	if err != nil {
		return err
	}
	if c.Stack != "" {
		return c.runOnStack(ctx, env, waits, request)
	}
	path := filepath.Join(c.Data, serve.DatabaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return cli.Fail(cli.ExitNotFound, "no-data", "there is no Sealpost data in "+c.Data, "There is no "+path+".",
			"name the folder that the server was started with: --data DIR, or SEALPOST_DATA")
	}
	show := newRebuildView(env)
	err = serve.Rebuild(ctx, serve.Config{Data: c.Data, LogLevel: "error", Stderr: env.Stderr()}, request, show.report)
	show.close()
	if err != nil && ctx.Err() != nil && (request.Action == rebuild.Rebuild || request.Action == rebuild.Drop) {
		notice := "The same command goes on where it was"
		if request.Action == rebuild.Rebuild {
			notice += "; sealpost rebuild --drop " + strings.Join(c.Projections, " ") + " gives it up"
		}
		env.Notice(notice + ".")
	}
	return c.explain(err)
}

// explain says what to do about an error.
func (c *rebuildCmd) explain(err error) error {
	names := strings.Join(c.Projections, " ")
	switch {
	case err == nil:
		return nil
	case errors.Is(err, rebuild.ErrDiffers):
		return cli.Fail(cli.ExitFailure, "differs", "the new generation is not the same as the live one",
			"It was not promoted, and goes on taking live events.",
			"sealpost rebuild --promote "+names+", if the new one is right; sealpost rebuild --drop "+names+", if the live one is")
	case errors.Is(err, projections.ErrConflict):
		return cli.Fail(cli.ExitRefused, "conflict", "the generations that there are do not allow it", err.Error(),
			"sealpost rebuild --status")
	case errors.Is(err, rebuild.ErrBusy):
		return cli.Fail(cli.ExitRefused, "busy", "a rebuild is running already", "There is one at a time.", "sealpost rebuild --status")
	case errors.Is(err, serve.ErrInUse):
		return cli.Fail(cli.ExitFailure, "in-use", "the server cannot be asked",
			"It holds "+c.Data+" but takes no orders there: it is starting or stopping, or its log says why not. Or it is another rebuild, without a server.", "")
	case errors.Is(err, serve.ErrStopped):
		return cli.Fail(cli.ExitFailure, "server-stopped", "the server stopped meanwhile", "Nothing is lost: the same command goes on where it was.",
			"sealpost rebuild --status, when the server is back")
	case errors.Is(err, ports.ErrNoSpace):
		return cli.Fail(cli.ExitFailure, "no-space", "no space is left for "+c.Data,
			"Nothing is lost: the same command goes on where it was. The live generation serves as before.", "make room, and give the same command again")
	}
	return err
}
