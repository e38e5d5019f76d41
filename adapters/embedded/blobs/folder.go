package blobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sealpost/sealpost/internal/syncdir"
)

const (
	// tmp is the folder of files that may have no row.
	tmp = "tmp"
	// nameSize is the number of random bytes in a file's name.
	nameSize = 16
	// Even ciphertext is only for the owner.
	folderMode = 0o700
	fileMode   = 0o600
)

// folder has the files: tmp/NAME until their row is committed, and then XX/NAME, where XX is the first two
// characters of NAME, which keeps folders small.
type folder struct {
	dir string
	// put writes and syncs a file's content. Tests replace it to simulate a full disk.
	put func(f *os.File, body []byte) error
}

func openFolder(dir string) (*folder, error) {
	f := &folder{dir: dir, put: put}
	if err := os.MkdirAll(f.in(tmp), folderMode); err != nil {
		return nil, err
	}
	return f, syncdir.Sync(dir)
}

func (f *folder) in(path ...string) string {
	return filepath.Join(append([]string{f.dir}, path...)...)
}

// tmp is the path before the row is committed, and place the path after it.
func (f *folder) tmp(name string) string   { return f.in(tmp, name) }
func (f *folder) place(name string) string { return f.in(name[:2], name) }

// write creates a file in tmp and returns its name once it is on disk.
func (f *folder) write(ctx context.Context, body []byte) (name string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	random := make([]byte, nameSize)
	_, _ = rand.Read(random) // never fails (crypto/rand)
	name = hex.EncodeToString(random)
	file, err := os.OpenFile(f.tmp(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return "", fmt.Errorf("writing ciphertext: %w", err)
	}
	err = errors.Join(f.put(file, body), file.Close())
	if err == nil {
		err = syncdir.Sync(f.in(tmp))
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("writing ciphertext: %w", err), f.discard(name))
	}
	return name, nil
}

func put(file *os.File, body []byte) error {
	if _, err := file.Write(body); err != nil {
		return err
	}
	return file.Sync()
}

// settle moves a file whose row is committed to its final place.
func (f *folder) settle(name string) error {
	err := os.Rename(f.tmp(name), f.place(name))
	if errors.Is(err, fs.ErrNotExist) { // the first file in its folder
		err = errors.Join(f.makeShard(name[:2]), os.Rename(f.tmp(name), f.place(name)))
	}
	if err != nil {
		return fmt.Errorf("settling ciphertext: %w", err)
	}
	// The new place is synced first: after a crash, a file in both places is found, and one in neither would
	// be lost.
	if err := errors.Join(syncdir.Sync(f.in(name[:2])), syncdir.Sync(f.in(tmp))); err != nil {
		return fmt.Errorf("settling ciphertext: %w", err)
	}
	return nil
}

func (f *folder) makeShard(name string) error {
	if err := os.Mkdir(f.in(name), folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncdir.Sync(f.dir)
}

func (f *folder) discard(name string) error {
	if err := os.Remove(f.tmp(name)); err != nil {
		return fmt.Errorf("deleting ciphertext that was not stored: %w", err)
	}
	return nil
}

func (f *folder) unsettled() ([]string, error) {
	entries, err := os.ReadDir(f.in(tmp))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if validName(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// validName reports whether a file may be one of this package.
func validName(name string) bool {
	return len(name) == 2*nameSize && strings.Trim(name, "0123456789abcdef") == ""
}

// read returns the content of a file that should have size bytes. Of a longer file it returns one byte more.
func (f *folder) read(name string, size int) ([]byte, error) {
	file, err := f.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	body.Grow(size + bytes.MinRead) // ReadFrom needs this much free space to avoid a copy
	_, err = body.ReadFrom(io.LimitReader(file, int64(size)+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// open looks in the final place, in tmp, and in the final place again, because the file may be moved in
// between.
func (f *folder) open(name string) (file *os.File, err error) {
	if !validName(name) {
		return nil, fmt.Errorf("%w: it names no file", ErrDamaged)
	}
	for _, path := range []string{f.place(name), f.tmp(name), f.place(name)} {
		if file, err = os.Open(path); !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // the name is ours
			break
		}
	}
	return file, err
}
