package save

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sealpost/sealpost/internal/syncdir"
)

// ErrExists means that the file exists and must not be overwritten. It is wrapped in an
// [*fs.PathError] with the path.
var ErrExists = fs.ErrExist

// Target says where to save.
type Target struct {
	// Path is the file, or the folder for the file.
	Path string
	// Name is the file's name if Path is a folder. It must come from [Name] or be as
	// safe.
	Name string
	// Force allows replacing an existing file.
	Force bool
}

// File saves the content and returns the path of the file. On success the bytes are on
// disk. On an error an existing file is unchanged and no new file is left.
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

// isDevice reports whether a path is a place to write to, such as /dev/null or a named
// pipe. Renaming a file over it would remove the device.
func isDevice(mode fs.FileMode) bool {
	return mode&(fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0
}

func pour(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the user chose the path
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// create uses O_EXCL, so that it never overwrites a file or a link that appears at the
// same moment.
func create(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the user chose the path
	if err != nil {
		return err
	}
	if err := fill(f, content); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return syncdir.Sync(filepath.Dir(path))
}

// replace writes a temporary file and renames it, so that a full disk leaves the old
// file.
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
