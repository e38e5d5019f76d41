package blobs

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// files are the bodies that are too large for the database. Their names are random
// and ours: nothing that a caller wrote is ever part of a path.
type files struct{ folder string }

const (
	tmpFolder  = "tmp"
	folderMode = 0o700
	nameLength = 26 // of rand.Text: 130 bits
	fileMode   = 0o600
)

func (f files) prepare() error {
	if err := os.MkdirAll(filepath.Join(f.folder, tmpFolder), folderMode); err != nil {
		return fmt.Errorf("making the ciphertext folder: %w", err)
	}
	return nil
}

func (f files) tmp(name string) string { return filepath.Join(f.folder, tmpFolder, name) }

// place is where a file ends up: a folder for each first two characters, because
// some file systems slow down with very large ones.
func (f files) place(name string) string { return filepath.Join(f.folder, name[:2], name) }

// write stores a body under tmp/ and returns its name when it is on disk.
func (f files) write(body []byte) (string, error) {
	name := strings.ToLower(rand.Text())
	path := f.tmp(name)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return "", fmt.Errorf("storing ciphertext: %w", err)
	}
	_, err = file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return "", errors.Join(fmt.Errorf("storing ciphertext: %w", err), f.discard(name))
	}
	return name, nil
}

// settle moves a file from tmp/ to its place. It may have been moved already.
func (f files) settle(name string) error {
	place := f.place(name)
	folder := filepath.Dir(place)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return fmt.Errorf("settling ciphertext: %w", err)
	}
	if err := os.Rename(f.tmp(name), place); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("settling ciphertext: %w", err)
	}
	// The new place first: between the two the file may be in both, never in none.
	for _, dir := range []string{folder, f.folder, filepath.Dir(f.tmp(name))} {
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	return nil
}

func (f files) discard(name string) error {
	if err := os.Remove(f.tmp(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing unclaimed ciphertext: %w", err)
	}
	return nil
}

// read looks in both places, twice in the first: the file may move in between.
func (f files) read(name string) ([]byte, error) {
	var body []byte
	var err error
	for _, path := range []string{f.place(name), f.tmp(name), f.place(name)} {
		if body, err = os.ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return body, err
}

// unsettled lists what lies under tmp/.
func (f files) unsettled() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(f.folder, tmpFolder))
	if err != nil {
		return nil, fmt.Errorf("reading the ciphertext folder: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && len(e.Name()) == nameLength { // what is not ours is left alone
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// syncFolder makes the names in a folder durable: a synced file whose name is lost
// with the power is lost all the same.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("syncing a folder: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}
