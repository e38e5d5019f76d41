package blobs

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sealpost/sealpost/internal/syncdir"
)

// Audit reads the bodies of a database and a folder, without a server or with one running. It changes
// neither.
type Audit struct {
	db     *sql.DB
	folder *folder
}

// NewAudit returns an audit of the bodies in the database, the large ones of which are files in dir.
func NewAudit(db *sql.DB, dir string) *Audit { return &Audit{db: db, folder: &folder{dir: dir}} }

// Body describes a stored body.
type Body struct {
	Key string

	id       int64
	size     int64
	checksum []byte
	file     sql.NullString
	inline   []byte
}

// audited is how many bodies are read at once. Those in the database have at most 64 KiB.
const audited = 128

// Bodies visits all bodies. It holds no connection during visit, so a server may continue to write. It
// returns the first error of visit unchanged.
func (a *Audit) Bodies(ctx context.Context, visit func(Body) error) error {
	for after := int64(0); ; {
		bodies, err := a.some(ctx, after)
		if err != nil {
			return fmt.Errorf("listing ciphertext: %w", err)
		}
		for _, b := range bodies {
			if err := visit(b); err != nil {
				return err
			}
			after = b.id
		}
		if len(bodies) < audited {
			return nil
		}
	}
}

func (a *Audit) some(ctx context.Context, after int64) (bodies []Body, err error) {
	rows, err := a.db.QueryContext(ctx, `SELECT id, key, size, checksum, file, body FROM blobs WHERE id > ? ORDER BY id LIMIT ?`, after, audited)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b Body
		if err := rows.Scan(&b.id, &b.Key, &b.size, &b.checksum, &b.file, &b.inline); err != nil {
			return nil, err
		}
		bodies = append(bodies, b)
	}
	return bodies, rows.Err()
}

// Has reports whether the database has a body with the key.
func (a *Audit) Has(ctx context.Context, key string) (has bool, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM blobs WHERE key = ?)`, key).Scan(&has)
	return has, err
}

// Prepared reports whether a server ever opened the database.
func (a *Audit) Prepared(ctx context.Context) (prepared bool, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'blobs')`).Scan(&prepared)
	return prepared, err
}

// HasFiles reports whether the database names any file. A database that no server has opened names none.
func (a *Audit) HasFiles(ctx context.Context) (has bool, err error) {
	if prepared, err := a.Prepared(ctx); err != nil || !prepared {
		return false, err
	}
	err = a.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM blobs WHERE file IS NOT NULL)`).Scan(&has)
	return has, err
}

// Check reads the body. It returns an ErrDamaged unless the body is what was stored.
func (a *Audit) Check(b Body) (err error) {
	sum := sha256.New()
	size := int64(len(b.inline))
	if b.file.Valid {
		file, err := a.folder.open(b.file.String)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: its file %s is missing", ErrDamaged, b.file.String)
		}
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		if size, err = io.Copy(sum, file); err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	} else {
		sum.Write(b.inline)
	}
	switch {
	case size != b.size:
		return fmt.Errorf("%w: it has %d bytes instead of %d", ErrDamaged, size, b.size)
	case string(sum.Sum(nil)) != string(b.checksum):
		return fmt.Errorf("%w: it does not match its checksum", ErrDamaged)
	}
	return nil
}

// CopyTo copies the body's file, if it has one, to another folder and syncs it. Its name is durable after
// [SyncCopies]. A missing file is skipped, because Check reports it.
func (a *Audit) CopyTo(b Body, dir string) (err error) {
	if !b.file.Valid {
		return nil
	}
	from, err := a.folder.open(b.file.String)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrDamaged) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to := &folder{dir: dir}
	if err := os.MkdirAll(to.in(b.file.String[:2]), folderMode); err != nil {
		return err
	}
	file, err := os.OpenFile(to.place(b.file.String), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, from); err != nil {
		return errors.Join(err, file.Close())
	}
	return errors.Join(file.Sync(), file.Close())
}

// SyncCopies syncs the names of all files that CopyTo wrote to the folder.
func SyncCopies(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, syncdir.Sync(filepath.Join(dir, e.Name())))
	}
	return errors.Join(err, syncdir.Sync(dir))
}
