package blobs

import (
	"context"
	"errors"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// createFile stores a body in a file.
func (s *Store) createFile(ctx context.Context, r row, body []byte, with func(*sqlite.Tx) error) error {
	if _, err := s.describe(ctx, r.key); err == nil {
		return ports.ErrExists // saves writing the file; the insert decides
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

// insertFile adds the row of a file. With an error it reports whether the row is certain not to exist, now or
// after a crash. If the commit itself failed this is uncertain, because the next start may find the
// transaction complete in the log. The file is then kept, and the next Open decides.
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

// settle moves every file in tmp to its final place if it has a row, and deletes it otherwise.
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
