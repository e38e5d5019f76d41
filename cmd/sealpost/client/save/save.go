package save

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sealpost/sealpost/internal/syncdir"
)

// ErrExists is a file that is there already and was not to be overwritten. It
// comes as a [*fs.PathError] with the path.
var ErrExists = fs.ErrExist

// Target says where to save.
type Target struct {
	// Path is the file, or a folder for the file to go into.
	Path string
	// Name is the file's name if Path is a folder. It must come from [Name] or
	// be as harmless.
	Name string
	// Force allows to replace a file that exists.
	Force bool
}

// File saves the content and returns the path of the file. When it returns without
// an error, the bytes are on the disk; with one, a file that was there before is
// unchanged and none was begun.
func File(content []byte, to Target) (path string, err error) {
	info, err := os.Stat(to.Path)
	if err == nil && info.IsDir() {
		to.Path = filepath.Join(to.Path, to.Name)
		info, err = os.Stat(to.Path)
	}
	switch {
	case err == nil && isDevice(info.Mode()):
		return to.Path, pour(to.Path, content)
	case err == nil && info.IsDir():
		return to.Path, fmt.Errorf("%s is a folder", to.Path)
	case to.Force:
		return to.Path, replace(to.Path, content)
	}
	return to.Path, create(to.Path, content)
}

// isDevice reports what is no file to overwrite but a place to write to, such as
// /dev/null or a named pipe. Renaming over it would take it away.
func isDevice(mode fs.FileMode) bool {
	return mode&(fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0
}

func pour(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the person chose it
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// create makes the file with O_EXCL, which is what keeps a file, or a link to
// one, that appears at this very moment from being overwritten.
func create(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the person chose it
	if err != nil {
		return err
	}
	if err := fill(f, content); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return syncdir.Sync(filepath.Dir(path))
}

// replace writes beside the file and renames, so that a full disk leaves the old.
func replace(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".sealpost-*") // made with mode 0600
	if err != nil {
		return err
	}
	err = fill(f, content)
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncdir.Sync(filepath.Dir(path))
}

func fill(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
