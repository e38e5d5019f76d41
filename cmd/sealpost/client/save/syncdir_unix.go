//go:build unix

package save

import (
	"errors"
	"os"
)

// syncDir makes the name of a new file as durable as its content: the caller is
// about to tell the server that the message has been read.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the person chose it
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
