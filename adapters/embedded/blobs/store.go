package blobs

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// DefaultInlineLimit is the longest body in the database, in bytes. A longer one would delay the callers that
// share its commit.
const DefaultInlineLimit = 64 << 10

// ErrDamaged means that a stored body is missing or was changed.
var ErrDamaged = errors.New("stored body is damaged")

// Store implements ports.BlobCreator and ports.BlobReader. It is safe for concurrent use by one process;
// sealpost serve locks the data folder.
type Store struct {
	db     *sqlite.DB
	folder *folder
	now    func() time.Time
	inline int
}

var (
	_ ports.BlobCreator = (*Store)(nil)
	_ ports.BlobReader  = (*Store)(nil)
)

// Option changes how a store is opened.
type Option func(*Store)

// WithInlineLimit stores bodies of at most n bytes in the database, and none if n is negative. It may change
// between starts.
func WithInlineLimit(n int) Option { return func(s *Store) { s.inline = n } }

var schema = []string{
	// The body is the last column, so queries without it never read its pages.
	`CREATE TABLE blobs (
		id INTEGER PRIMARY KEY,
		key TEXT NOT NULL UNIQUE,
		stored_at INTEGER NOT NULL, -- Unix microseconds
		size INTEGER NOT NULL, -- bytes of the body
		checksum BLOB NOT NULL, -- SHA-256 of the body
		metadata TEXT NOT NULL, -- a JSON object of strings
		file TEXT, -- the name of the body's file
		body BLOB, -- the body, when it has no file
		CHECK ((file IS NULL) <> (body IS NULL))
	) STRICT`,
	`CREATE UNIQUE INDEX blobs_file ON blobs (file) WHERE file IS NOT NULL`,
}

// Open opens the store whose large bodies are in the folder dir, and creates it if it does not exist. now is
// the store's clock. Open first finishes or undoes interrupted writes.
func Open(ctx context.Context, db *sqlite.DB, dir string, now func() time.Time, opts ...Option) (*Store, error) {
	if err := db.Migrate(ctx, "blobs", schema...); err != nil {
		return nil, fmt.Errorf("opening the ciphertext store: %w", err)
	}
	f, err := openFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the ciphertext store: %w", err)
	}
	s := &Store{db: db, folder: f, now: now, inline: DefaultInlineLimit}
	for _, set := range opts {
		set(s)
	}
	if err := s.settle(ctx); err != nil {
		return nil, fmt.Errorf("opening the ciphertext store: %w", err)
	}
	return s, nil
}

type row struct {
	key      string
	size     int
	checksum [sha256.Size]byte
	metadata []byte
	file     any // string, or nil if the body is in the database
	body     any // []byte, or nil if the body is in a file
}

// CreateBlob implements ports.BlobCreator. It refuses what ports.CheckBlob refuses.
func (s *Store) CreateBlob(ctx context.Context, key string, blob ports.Blob) error {
	return s.CreateWith(ctx, key, blob, func(*sqlite.Tx) error { return nil })
}

// CreateWith is CreateBlob plus with in the same transaction. with runs after the blob's row is inserted,
// only if the key was free, and its error undoes both. with may run more than once, like a function of
// [sqlite.DB.Write].
func (s *Store) CreateWith(ctx context.Context, key string, blob ports.Blob, with func(*sqlite.Tx) error) error {
	if err := ports.CheckBlob(key, blob.Metadata); err != nil {
		return fmt.Errorf("creating blob: %w", err)
	}
	metadata, err := json.Marshal(blob.Metadata)
	if err != nil {
		return fmt.Errorf("creating blob %s: %w", key, err)
	}
	r := row{key: key, size: len(blob.Body), checksum: sha256.Sum256(blob.Body), metadata: metadata}
	if len(blob.Body) <= s.inline {
		err = s.createInline(ctx, r, blob.Body, with)
	} else {
		err = s.createFile(ctx, r, blob.Body, with)
	}
	if err != nil {
		return fmt.Errorf("creating blob %s: %w", key, err)
	}
	return nil
}

func (s *Store) createInline(ctx context.Context, r row, body []byte, with func(*sqlite.Tx) error) error {
	if body == nil {
		body = []byte{} // nil would be NULL
	}
	r.body = body
	return s.db.Write(ctx, func(tx *sqlite.Tx) error { return s.insert(tx, r, with) })
}

// insert adds the row and runs with, or returns ports.ErrExists and changes nothing.
func (s *Store) insert(tx *sqlite.Tx, r row, with func(*sqlite.Tx) error) error {
	n, err := tx.Exec(`INSERT INTO blobs (key, stored_at, size, checksum, metadata, file, body)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		r.key, s.now().UnixMicro(), r.size, r.checksum[:], string(r.metadata), r.file, r.body)
	if err != nil {
		return err
	}
	if n == 0 {
		return ports.ErrExists
	}
	return with(tx)
}
