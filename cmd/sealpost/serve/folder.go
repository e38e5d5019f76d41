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

// What is in the data folder.
const (
	DatabaseFile     = backup.DatabaseFile
	CiphertextFolder = backup.CiphertextFolder
	// LockFile is locked (flock) for as long as a server lives.
	LockFile = "lock"
)

// What a start refuses, with the path of what is wrong.
var (
	// ErrInUse means that another process serves from the data folder, or rebuilds its
	// projections without a server.
	ErrInUse = errors.New("another sealpost has this data folder open, to serve from it or to rebuild its projections; it has to end first")
	// ErrKeyInData means that a copy of the data would be a copy of the master key.
	ErrKeyInData = errors.New("the master key file is in the data folder, so that every copy of the data would hold it: name a place outside by --master-key-file, and move an existing file there")
	// ErrDatabaseLost means that there is ciphertext and no database to it.
	ErrDatabaseLost = errors.New("the database is missing or empty, and there is ciphertext of one: restore it from a backup (sealpost restore), or name another data folder to begin with an empty one")
	// ErrCiphertextLost means that the database names files, and their folder is gone.
	ErrCiphertextLost = errors.New("the folder of ciphertext is missing, and the database names files in it: restore it from a backup (sealpost restore)")
)

// lockTimeout is how long a start waits for the lock. An operator's command holds it for
// an instant, to see whether a server runs.
const lockTimeout = 500 * time.Millisecond

// openFolder creates the data folder when there is none, and locks it.
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

// openDatabase refuses to begin with an empty one where another was lost: the ciphertext
// folder is created after the database.
func (h *home) openDatabase(ctx context.Context) (err error) {
	path := filepath.Join(h.config.Data, DatabaseFile)
	if !h.has(DatabaseFile) && h.has(CiphertextFolder) {
		return fmt.Errorf("%s: %w", path, ErrDatabaseLost)
	}
	h.db, err = sqlite.Open(ctx, path)
	return err
}

// openKeys opens the keyring under the master key, which has to be outside the folder.
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

// nothingLost tells, while there is no ciphertext folder, that the database names no
// file in it.
func (h *home) nothingLost(ctx context.Context) error {
	files, err := blobs.NewAudit(h.db.Read(), filepath.Join(h.config.Data, CiphertextFolder)).HasFiles(ctx)
	if err == nil && files {
		err = fmt.Errorf("%s: %w", filepath.Join(h.config.Data, CiphertextFolder), ErrCiphertextLost)
	}
	return err
}

// has tells whether something with content is in the data folder. An error counts as
// content: nothing is created over what cannot be looked at.
func (h *home) has(name string) bool {
	info, err := os.Stat(filepath.Join(h.config.Data, name))
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return info.IsDir() || info.Size() > 0
}

// within tells whether a file, which need not exist, is in a folder: by its path as
// given, and by the path that links lead to. Folders are compared by what they are and
// not by their names, of which each may have several.
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

// target follows the links of the part of an absolute path that exists.
func target(path string) string {
	for ; path != filepath.Dir(path); path = filepath.Dir(path) {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real
		}
	}
	return path
}
