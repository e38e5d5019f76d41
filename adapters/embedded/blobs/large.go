package blobs

import (
	"context"
	"errors"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// createFile stores a body that goes into a file.
func (s *Store) createFile(ctx context.Context, r row, body []byte, with func(*sqlite.Tx) error) error {
	if _, err := s.describe(ctx, r.key); err == nil {
		return ports.ErrExists // spares the file; the insert decides
	} else if !errors.Is(err, ports.ErrNotFound) {
		return err
	}
	name, err := s.folder.write(ctx, body)
	if err != nil {
		return err
	}
	r.file = name
	undone, err := s.insertFile(ctx, r, with)
	if err == nil {
		return s.folder.settle(name)
	}
	if undone {
		return errors.Join(err, s.folder.discard(name))
	}
	return err
}

// insertFile adds the row of a file. With an error it says whether the row is
// certain not to be there, now or after a crash. It is not when the commit itself
// failed: what it wrote may be found whole in the log by whoever opens the
// database next. The file is kept then, and Open finds out.
func (s *Store) insertFile(ctx context.Context, r row, with func(*sqlite.Tx) error) (undone bool, err error) {
	committing := false
	err = s.db.Write(ctx, func(tx *sqlite.Tx) error {
		committing = false
		err := s.insert(tx, r, with)
		committing = err == nil
		return err
	})
	return err != nil && !committing, err
}

// settle brings every file that is not in its place there, if it has a row, and
// deletes it otherwise.
func (s *Store) settle(ctx context.Context) error {
	names, err := s.folder.unsettled()
	if err != nil {
		return err
	}
	for _, name := range names {
		var known bool
		err := s.db.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM blobs WHERE file = ?)`, name).Scan(&known)
		if err != nil {
			return err
		}
		if known {
			err = s.folder.settle(name)
		} else {
			err = s.folder.discard(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
