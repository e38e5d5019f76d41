package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/sealpost/sealpost/adapters/embedded/backup"
	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// The files in the data folder.
const (
	DatabaseFile     = backup.DatabaseFile
	CiphertextFolder = backup.CiphertextFolder
	// LockFile is locked (flock) for as long as a server lives.
	LockFile = "lock"
)

// Why a start is refused. The errors are wrapped with the path.
var (
	// ErrInUse means that another process serves from the data folder, or rebuilds its
	// projections without a server.
	ErrInUse = errors.New("another sealpost has this data folder open, to serve from it or to rebuild its projections; it has to end first")
	// ErrKeyInData means that every copy of the data would include the master key.
	ErrKeyInData = errors.New("the master key file is in the data folder, so that every copy of the data would hold it: name a place outside by --master-key-file, and move an existing file there")
	// ErrDatabaseLost means that there is ciphertext but no database.
	ErrDatabaseLost = errors.New("the database is missing or empty, and there is ciphertext of one: restore it from a backup (sealpost restore), or name another data folder to begin with an empty one")
	// ErrCiphertextLost means that the database names files whose folder is gone.
	ErrCiphertextLost = errors.New("the folder of ciphertext is missing, and the database names files in it: restore it from a backup (sealpost restore)")
)

// lockTimeout is how long a start waits for the lock. An operator's command holds the
// lock for an instant to check whether a server runs.
const lockTimeout = 500 * time.Millisecond

// openFolder locks the data folder, and creates it if there is none.
func (h *home) openFolder(ctx context.Context) error {
	if err := os.MkdirAll(h.config.Data, 0o700); err != nil {
		return fmt.Errorf("creating the data folder %s: %w", h.config.Data, err)
	}
	lock := flock.New(filepath.Join(h.config.Data, LockFile))
	wait, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	taken, err := lock.TryLockContext(wait, lockTimeout/20)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("locking the data folder: %w", err)
	}
	if !taken {
		return fmt.Errorf("%s: %w", h.config.Data, ErrInUse)
	}
	h.lock = lock
	return nil
}

// openDatabase refuses to create an empty database if one was lost. It can tell because
// the ciphertext folder is created after the database.
func (h *home) openDatabase(ctx context.Context) (err error) {
	path := filepath.Join(h.config.Data, DatabaseFile)
	if !h.has(DatabaseFile) && h.has(CiphertextFolder) {
		return fmt.Errorf("%s: %w", path, ErrDatabaseLost)
	}
	h.db, err = sqlite.Open(ctx, path)
	return err
}

// openKeys opens the keyring with the master key, which must be outside the folder.
func (h *home) openKeys(ctx context.Context) error {
	inside, err := within(h.config.MasterKeyFile, h.config.Data)
	if err != nil {
		return fmt.Errorf("looking where the master key file is: %w", err)
	}
	if inside {
		return fmt.Errorf("%s: %w", h.config.MasterKeyFile, ErrKeyInData)
	}
	h.keys, err = keyring.OpenFile(ctx, h.db, h.config.MasterKeyFile)
	return err
}

// nothingLost returns an error if there is no ciphertext folder but the database names
// files in it.
func (h *home) nothingLost(ctx context.Context) error {
	files, err := blobs.NewAudit(h.db.Read(), filepath.Join(h.config.Data, CiphertextFolder)).HasFiles(ctx)
	if err == nil && files {
		err = fmt.Errorf("%s: %w", filepath.Join(h.config.Data, CiphertextFolder), ErrCiphertextLost)
	}
	return err
}

// has reports whether the named file exists with content. An error counts as content,
// so that a file that cannot be checked is never overwritten.
func (h *home) has(name string) bool {
	info, err := os.Stat(filepath.Join(h.config.Data, name))
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return info.IsDir() || info.Size() > 0
}

// within reports whether a file, which need not exist, is in a folder, by its path as
// given or after following links. It compares folders by identity (os.SameFile),
// because a folder may have several names.
func within(file, folder string) (bool, error) {
	outer, err := os.Stat(folder)
	if err != nil {
		return false, err
	}
	given, err := filepath.Abs(file)
	if err != nil {
		return false, err
	}
	for _, path := range []string{given, target(given)} {
		for dir := path; ; dir = filepath.Dir(dir) {
			if info, err := os.Stat(dir); err == nil && os.SameFile(info, outer) {
				return true, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return false, nil
}

// target resolves the links in the existing part of an absolute path.
func target(path string) string {
	for ; path != filepath.Dir(path); path = filepath.Dir(path) {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real
		}
	}
	return path
}
