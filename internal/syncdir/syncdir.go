//go:build unix

// Package syncdir makes the names in a folder durable.
package syncdir

import (
	"errors"
	"os"
)

// Sync returns when the names in a folder are on disk. A power failure can otherwise
// lose a synced file by losing its name.
func Sync(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the caller's own folder
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
