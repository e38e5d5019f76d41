//go:build unix

package blobs

import (
	"errors"
	"os"
)

// syncFolder makes the names in a folder durable: a synced file whose name is lost
// with the power is lost all the same.
func syncFolder(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the path is ours
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
