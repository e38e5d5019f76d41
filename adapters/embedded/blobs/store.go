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

// DefaultInlineLimit is the most bytes that a body in the database has. A larger one
// would keep the callers that share its commit waiting.
const DefaultInlineLimit = 64 << 10

// ErrDamaged means that a stored body is not what was stored: it is shorter,
// longer, changed or gone.
var ErrDamaged = errors.New("stored body is damaged")

// Store keeps blobs. It implements ports.BlobCreator and ports.BlobReader, and is safe for concurrent use. One process at a time has it
// open: sealpost serve locks the data folder.
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

// WithInlineLimit keeps bodies of at most n bytes in the database, and none when n
// is negative. It may change between starts.
func WithInlineLimit(n int) Option { return func(s *Store) { s.inline = n } }

var schema = []string{
	// The body stands last: what does not ask for it never reads the pages that it fills.
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

// Open opens the store whose large bodies are in the folder dir, and makes it if
// there is none. now is the store's clock. Open first settles what a killed process
// left half-done.
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

// row is a blob as the database keeps it.
type row struct {
	key      string
	size     int
	checksum [sha256.Size]byte
	metadata []byte
	file     any // string, or nil for a body in the database
	body     any // []byte, or nil for a body in a file
}

// CreateBlob implements ports.BlobCreator. It refuses what ports.CheckBlob does.
func (s *Store) CreateBlob(ctx context.Context, key string, blob ports.Blob) error {
	return s.CreateWith(ctx, key, blob, func(*sqlite.Tx) error { return nil })
}

// CreateWith is CreateBlob with something else in the same transaction: with runs
// behind the blob's own row, only when the key was free, and its error undoes both. It
// may run more than once, as the function of [sqlite.DB.Write] may.
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

// insert adds the row and then what belongs to it, or returns ports.ErrExists and
// changes nothing.
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
