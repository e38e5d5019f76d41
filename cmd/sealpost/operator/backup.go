package operator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/sealpost/sealpost/adapters/embedded/backup"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type backupCmd struct {
	dataFlags
	Dir string `arg:"" help:"The folder to write to. It does not exist yet, or is empty."`
}

func (*backupCmd) Help() string {
	return `The server may be running. The backup is one consistent state of the database, and the ciphertext that it names; it is verified before the command ends. A plain copy of a folder that a server writes to is no backup.

The master key is not in it, and without it a backup opens nothing: keep a copy of its file elsewhere.

Example:

	sealpost backup --data /var/lib/sealpost /mnt/backup/$(date +%F)`
}

func (c *backupCmd) Run(ctx context.Context, env *cli.Env) error {
	report, err := backup.Create(ctx, c.Data, c.Dir)
	if err != nil {
		return c.explain(err, c.Dir)
	}
	return showReport(env, report, fmt.Sprintf("Backed up to %s: %s. The master key is not in it.", c.Dir, counts(report)))
}

type restoreCmd struct {
	dataFlags
	Backup  string `arg:"" help:"The folder that sealpost backup wrote."`
	Damaged bool   `help:"Restore a damaged backup too: what is not damaged can be read."`
}

func (*restoreCmd) Help() string {
	return `It verifies the backup, copies it to the data folder, which does not exist yet or is empty, and verifies the copy. Start the server with the master key that the data is of: --master-key-file FILE.

Example:

	sealpost restore --data /var/lib/sealpost /mnt/backup/2026-11-28`
}

func (c *restoreCmd) Run(ctx context.Context, env *cli.Env) error {
	report, err := backup.Restore(ctx, c.Backup, c.Data, c.Damaged)
	if errors.Is(err, backup.ErrDamaged) {
		return showReport(env, report, "Nothing was restored: "+counts(report)+".")
	}
	if err != nil {
		return c.explain(err, c.Data)
	}
	return showReport(env, report, fmt.Sprintf("Restored to %s: %s.", c.Data, counts(report)))
}

type verifyCmd struct {
	cli.JSONFlag `embed:""`
	Dir          string `arg:"" default:"./data" env:"SEALPOST_DATA" help:"A backup, or a server's data folder (./data)."`
}

func (*verifyCmd) Help() string {
	return `It checks the database, and that the ciphertext of every message is there and is what was stored. It changes nothing, and a server may be running. The exit code is 1 when something is damaged.

Example:

	sealpost verify /mnt/backup/2026-11-28`
}

func (c *verifyCmd) Run(ctx context.Context, env *cli.Env) error {
	report, err := backup.Verify(ctx, c.Dir)
	if err != nil {
		return (&dataFlags{Data: c.Dir}).explain(err, c.Dir)
	}
	return showReport(env, report, c.Dir+": "+counts(report)+".")
}

func (f *dataFlags) explain(err error, to string) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return cli.Fail(cli.ExitNotFound, "no-data", "there is no Sealpost data", err.Error(), "name the folder that has "+backup.DatabaseFile+" in it")
	case errors.Is(err, backup.ErrNotEmpty):
		return cli.Fail(cli.ExitRefused, "not-empty", to+" is not empty", "Nothing was written.", "name a folder that does not exist yet")
	case errors.Is(err, backup.ErrInside):
		return cli.Fail(cli.ExitRefused, "inside", to+" is in the folder that is copied", "Nothing was written.", "name a folder elsewhere")
	}
	return err
}

func counts(r backup.Report) string {
	return fmt.Sprintf("%d messages, %d bodies of ciphertext, %d damaged", r.Messages, r.Bodies, r.Damaged)
}

// showReport writes the report, and returns an error if the report has failures.
func showReport(env *cli.Env, r backup.Report, done string) error {
	texts := []string{done}
	for _, p := range r.Problems {
		name := p.MessageID
		if name == "" {
			name = p.ObjectKey
		}
		if name != "" {
			name += ": "
		}
		texts = append(texts, name+p.What)
	}
	if more := r.Damaged - len(r.Problems); more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	if err := env.Result(r, cli.Lines(texts...)); err != nil {
		return err
	}
	if !r.Whole() {
		return cli.Fail(cli.ExitFailure, "damaged", "the data is damaged", fmt.Sprintf("%d problems were found.", r.Damaged), "restore an older backup that sealpost verify finds whole")
	}
	return nil
}
