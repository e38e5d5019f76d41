package operator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	awsdeadletters "github.com/sealpost/sealpost/adapters/aws/deadletters"
	awsrebuild "github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/adapters/embedded/deadletters"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/ports"
)

type dataFlags struct {
	cli.JSONFlag `embed:""`
	Data         string `default:"./data" env:"SEALPOST_DATA" placeholder:"DIR" help:"The server's data folder (./data)."`
}

// backendFlags choose the backend of commands that work on either. Only this file and
// stack.go depend on the choice.
type backendFlags struct {
	dataFlags
	Stack string `env:"SEALPOST_STACK" placeholder:"FILE" help:"What terraform output -json printed. The command then works on that deployment on AWS, instead of on the data folder."`
}

// command returns a command line for a hint, for the same backend.
func (f *backendFlags) command(words ...string) string {
	if f.Stack != "" {
		words = append(words, "--stack", f.Stack)
	}
	return strings.Join(append([]string{"sealpost"}, words...), " ")
}

func (f *backendFlags) withDeadLetters(ctx context.Context, run func(ports.DeadLetters) error) error {
	if f.Stack != "" {
		s, cfg, err := f.deployment(ctx)
		if err != nil {
			return err
		}
		return f.explainBackend(run(awsdeadletters.New(cfg, awsdeadletters.ConsumersOf(s), time.Now)))
	}
	return f.withLog(ctx, func(db *sqlite.DB, log *eventlog.Log) error {
		return run(deadletters.New(deadletters.Config{DB: db, Log: log, Now: time.Now, Delivering: f.serverRuns}))
	})
}

// rebuilder returns the backend's rebuilder. The waits, the read rate and the copy of
// the archive apply to AWS only.
func (f *backendFlags) rebuilder(ctx context.Context, env *cli.Env, waits awsrebuild.Waits, readRate int, fromCopy bool) (ports.Rebuilder, error) {
	if f.Stack != "" {
		s, cfg, err := f.deployment(ctx)
		if err != nil {
			return nil, err
		}
		return awsrebuild.New(awsrebuild.Config{Stack: s, AWS: cfg, Waits: waits, Now: time.Now, ReadRate: readRate, FromCopy: fromCopy}), nil
	}
	if err := f.hasData(); err != nil {
		return nil, err
	}
	return serve.Rebuilder{Config: serve.Config{Data: f.Data, LogLevel: "error", Stderr: env.Stderr()}}, nil
}

// explainBackend explains errors that only one backend has. It returns others
// unchanged.
func (f *backendFlags) explainBackend(err error) error {
	if errors.Is(err, serve.ErrInUse) {
		return cli.Fail(cli.ExitFailure, "in-use", "the server cannot be asked",
			"It holds "+f.Data+" but takes no orders there: it is starting or stopping, or its log says why not. Or it is another rebuild, without a server.", "")
	}
	return explainAWS(err)
}

// open opens the database of the data folder, whether or not a server runs. A folder
// without data is an error, because it is probably the wrong folder.
func (f *dataFlags) open(ctx context.Context) (*sqlite.DB, error) {
	if err := f.hasData(); err != nil {
		return nil, err
	}
	return sqlite.Open(ctx, filepath.Join(f.Data, serve.DatabaseFile))
}

func (f *dataFlags) hasData() error {
	path := filepath.Join(f.Data, serve.DatabaseFile)
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return cli.Fail(cli.ExitNotFound, "no-data", "there is no Sealpost data in "+f.Data, "There is no "+path+".",
			"name the folder that the server was started with: --data DIR, or SEALPOST_DATA")
	}
	if err != nil {
		return fmt.Errorf("looking for the database: %w", err)
	}
	return nil
}

func (f *dataFlags) withLog(ctx context.Context, run func(*sqlite.DB, *eventlog.Log) error) (err error) {
	db, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	log, err := eventlog.Open(ctx, db, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return run(db, log)
}

// serverRuns reports whether a server serves from the data folder. A server holds the
// folder's lock for as long as it lives. The check takes the lock for a moment, and a
// server that is starting waits for it.
func (f *dataFlags) serverRuns() (bool, error) {
	lock := flock.New(filepath.Join(f.Data, serve.LockFile), flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("checking whether a server runs: %w", err)
	}
	return !free, lock.Close()
}
