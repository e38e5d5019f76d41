package ports

import (
	"context"
	"time"
)

// BlobMetadata describes a blob. Keys are lower-case ASCII letters and hyphens; values are printable ASCII.
// Keys and values together have at most 2,048 bytes (S3 User Guide, "Working with object metadata").
type BlobMetadata map[string]string

// Blob is a stored ciphertext and its metadata.
type Blob struct {
	Body     []byte
	Metadata BlobMetadata
}

// BlobInfo is a stored ciphertext without its body.
type BlobInfo struct {
	Key      string
	Metadata BlobMetadata
	// StoredAt is when the blob was stored, by the store's clock.
	StoredAt time.Time
}

// BlobCreator stores ciphertext.
type BlobCreator interface {
	// CreateBlob stores the body and its metadata in one atomic step. If the key exists it returns ErrExists
	// and changes nothing. Of concurrent creates one wins.
	CreateBlob(ctx context.Context, key string, blob Blob) error
	// DescribeBlob returns ErrNotFound for a key that does not exist.
	DescribeBlob(ctx context.Context, key string) (BlobInfo, error)
}

// BlobReader reads ciphertext.
type BlobReader interface {
	// GetBlob returns ErrNotFound for a key that does not exist. A truncated or damaged body is an error and
	// is never returned.
	GetBlob(ctx context.Context, key string) (Blob, error)
}
