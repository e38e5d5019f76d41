package operator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
)

// dataFlags are embedded in every command of this package.
type dataFlags struct {
	cli.JSONFlag `embed:""`
	Data         string `default:"./data" env:"SEALPOST_DATA" placeholder:"DIR" help:"The server's data folder (./data)."`
}

// open opens the data folder's database, beside a server that may be running.
// Nothing is made: a folder without data is one that was not meant.
func (f *dataFlags) open(ctx context.Context) (*sqlite.DB, error) {
	path := filepath.Join(f.Data, serve.DatabaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, cli.Fail(cli.ExitNotFound, "no-data", "there is no Sealpost data in "+f.Data, "There is no "+path+".",
			"name the folder that the server was started with: --data DIR, or SEALPOST_DATA")
	} else if err != nil {
		return nil, fmt.Errorf("looking for the database: %w", err)
	}
	return sqlite.Open(ctx, path)
}

// withLog runs a command on the event log, and closes it again.
func (f *dataFlags) withLog(ctx context.Context, run func(*eventlog.Log) error) (err error) {
	db, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	log, err := eventlog.Open(ctx, db, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return run(log)
}

// serverRuns says whether a server serves from the data folder: it holds the
// folder's lock as long as it lives, however it ends. Asking takes the lock for a
// moment, which a server that is just starting waits out.
func (f *dataFlags) serverRuns() (bool, error) {
	lock := flock.New(filepath.Join(f.Data, serve.LockFile), flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("asking whether a server runs: %w", err)
	}
	return !free, lock.Close()
}
