package blobs

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// inlineLimit is the largest body that is kept in the database. SQLite reads and
// writes blobs faster than a file system does up to about that size
// (sqlite.org/fasterthanfs.html); see the decision of 2026-11-24.
const inlineLimit = 64 << 10

// Store implements ports.BlobCreator, ports.BlobReader and ports.BlobLister.
type Store struct {
	db    *sqlite.DB
	files files
	now   func() time.Time
}

// Open prepares the store's table and its folder, and finishes what a crash left
// half-done.
func Open(ctx context.Context, db *sqlite.DB, folder string, now func() time.Time) (*Store, error) {
	err := db.Migrate(ctx, "blobs",
		`CREATE TABLE blobs (
			id INTEGER PRIMARY KEY,
			key TEXT NOT NULL UNIQUE,
			stored_at INTEGER NOT NULL, -- Unix milliseconds
			metadata TEXT NOT NULL,     -- JSON
			checksum BLOB NOT NULL,     -- SHA-256 of the body
			file TEXT,                  -- the body's file, or
			body BLOB                   -- the body itself
		) STRICT`,
		`CREATE INDEX blobs_stored_at ON blobs (stored_at)`,
		`CREATE UNIQUE INDEX blobs_file ON blobs (file) WHERE file IS NOT NULL`,
	)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, files: files{folder}, now: now}
	if err := s.files.prepare(); err != nil {
		return nil, err
	}
	return s, s.recover(ctx)
}

// CreateBlob implements ports.BlobCreator.
func (s *Store) CreateBlob(ctx context.Context, key string, blob ports.Blob) error {
	metadata, err := check(key, blob.Metadata)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(blob.Body)
	if len(blob.Body) <= inlineLimit {
		body := blob.Body
		if body == nil {
			body = []byte{}
		}
		return s.insert(ctx, key, metadata, sum[:], nil, body)
	}
	return s.createFile(ctx, key, metadata, sum[:], blob.Body)
}

func (s *Store) createFile(ctx context.Context, key, metadata string, sum, body []byte) error {
	name, err := s.files.write(body)
	if err != nil {
		return err
	}
	if err := s.insert(ctx, key, metadata, sum, name, nil); err != nil {
		if errors.Is(err, ports.ErrExists) {
			return errors.Join(err, s.files.discard(name))
		}
		// The row may be there all the same: the next Open finds out.
		return err
	}
	// The blob is stored from here on. Should the move fail, the body is found
	// under tmp/ until the next Open moves it.
	_ = s.files.settle(name)
	return nil
}

// insert takes the key. file and body are nil or a value, one of them each.
func (s *Store) insert(ctx context.Context, key, metadata string, sum []byte, file, body any) error {
	err := s.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`INSERT INTO blobs (key, stored_at, metadata, checksum, file, body) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (key) DO NOTHING`, key, s.now().UnixMilli(), metadata, sum, file, body)
		if err == nil && n == 0 {
			return ports.ErrExists
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("storing blob %s: %w", key, err)
	}
	return nil
}

// GetBlob implements ports.BlobReader.
func (s *Store) GetBlob(ctx context.Context, key string) (ports.Blob, error) {
	var metadata string
	var sum, body []byte
	var file sql.NullString
	err := s.db.Read().QueryRowContext(ctx, `SELECT metadata, checksum, file, body FROM blobs WHERE key = ?`, key).
		Scan(&metadata, &sum, &file, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return ports.Blob{}, fmt.Errorf("blob %s: %w", key, ports.ErrNotFound)
	}
	if err != nil {
		return ports.Blob{}, fmt.Errorf("reading blob %s: %w", key, err)
	}
	if file.Valid {
		if body, err = s.files.read(file.String); err != nil {
			return ports.Blob{}, fmt.Errorf("reading blob %s: %w", key, err)
		}
	}
	if got := sha256.Sum256(body); string(got[:]) != string(sum) {
		return ports.Blob{}, fmt.Errorf("blob %s: %w", key, ErrDamaged)
	}
	blob := ports.Blob{Body: body}
	if err := json.Unmarshal([]byte(metadata), &blob.Metadata); err != nil {
		return ports.Blob{}, fmt.Errorf("blob %s: %w: metadata: %w", key, ErrDamaged, err)
	}
	return blob, nil
}

// ErrDamaged means that what is stored is not what was stored.
var ErrDamaged = errors.New("the stored body is damaged")

// recover resolves what lies under tmp/.
func (s *Store) recover(ctx context.Context) error {
	names, err := s.files.unsettled()
	if err != nil {
		return err
	}
	for _, name := range names {
		var taken bool
		err := s.db.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM blobs WHERE file = ?)`, name).Scan(&taken)
		if err != nil {
			return fmt.Errorf("recovering file %s: %w", name, err)
		}
		resolve := s.files.discard
		if taken {
			resolve = s.files.settle
		}
		if err := resolve(name); err != nil {
			return err
		}
	}
	return nil
}
