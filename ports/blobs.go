package ports

import (
	"context"
	"time"
)

// BlobMetadata describes a blob beside its body. Keys are lower-case ASCII
// letters and hyphens; values are printable ASCII. Together they have at most
// 2,048 bytes (S3 User Guide, "Working with object metadata").
type BlobMetadata map[string]string

// Blob is a stored ciphertext and what describes it.
type Blob struct {
	Body     []byte
	Metadata BlobMetadata
}

// BlobInfo is a stored ciphertext without its body.
type BlobInfo struct {
	Key      string
	Metadata BlobMetadata
	// StoredAt is when the store took it, by the store's clock.
	StoredAt time.Time
}

// BlobCreator stores ciphertext.
type BlobCreator interface {
	// CreateBlob stores the body and its metadata in one atomic step, unless the
	// key is taken: then it returns ErrExists and changes nothing. Of racing
	// creates one wins.
	CreateBlob(ctx context.Context, key string, blob Blob) error
	// DescribeBlob returns ErrNotFound for a key that is not taken.
	DescribeBlob(ctx context.Context, key string) (BlobInfo, error)
}

// BlobReader fetches ciphertext.
type BlobReader interface {
	// GetBlob returns ErrNotFound for a key that is not taken. A body that is not
	// what was stored (truncated, damaged) is an error and never returned.
	GetBlob(ctx context.Context, key string) (Blob, error)
}
