package blobs

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/ports"
)

// DescribeBlob implements ports.BlobCreator.
func (s *Store) DescribeBlob(ctx context.Context, key string) (ports.BlobInfo, error) {
	info, err := s.describe(ctx, key)
	if err != nil {
		return ports.BlobInfo{}, fmt.Errorf("describing blob %q: %w", key, err)
	}
	return info, nil
}

func (s *Store) describe(ctx context.Context, key string) (ports.BlobInfo, error) {
	var metadata []byte
	var storedAt int64
	err := s.db.Read().QueryRowContext(ctx, `SELECT metadata, stored_at FROM blobs WHERE key = ?`, key).Scan(&metadata, &storedAt)
	if errors.Is(err, sql.ErrNoRows) {
		err = ports.ErrNotFound
	}
	if err != nil {
		return ports.BlobInfo{}, err
	}
	return infoOf(key, metadata, storedAt)
}

func infoOf(key string, metadata []byte, storedAt int64) (ports.BlobInfo, error) {
	info := ports.BlobInfo{Key: key, StoredAt: time.UnixMicro(storedAt).UTC()}
	if err := json.Unmarshal(metadata, &info.Metadata); err != nil {
		return ports.BlobInfo{}, fmt.Errorf("reading metadata: %w", err)
	}
	return info, nil
}

// GetBlob implements ports.BlobReader. A body that is not what was stored is an [ErrDamaged].
func (s *Store) GetBlob(ctx context.Context, key string) (ports.Blob, error) {
	blob, err := s.get(ctx, key)
	if err != nil {
		return ports.Blob{}, fmt.Errorf("getting blob %q: %w", key, err)
	}
	return blob, nil
}

func (s *Store) get(ctx context.Context, key string) (ports.Blob, error) {
	var metadata, checksum []byte
	var size int
	var file sql.NullString
	var blob ports.Blob
	err := s.db.Read().QueryRowContext(ctx, `SELECT metadata, checksum, size, file, body FROM blobs WHERE key = ?`, key).
		Scan(&metadata, &checksum, &size, &file, &blob.Body)
	if errors.Is(err, sql.ErrNoRows) {
		err = ports.ErrNotFound
	}
	if err != nil {
		return ports.Blob{}, err
	}
	if file.Valid {
		if blob.Body, err = s.folder.read(file.String, size); err != nil {
			return ports.Blob{}, err
		}
	}
	if sum := sha256.Sum256(blob.Body); len(blob.Body) != size || string(sum[:]) != string(checksum) {
		return ports.Blob{}, fmt.Errorf("%w: it does not match its checksum", ErrDamaged)
	}
	if err := json.Unmarshal(metadata, &blob.Metadata); err != nil {
		return ports.Blob{}, fmt.Errorf("%w: reading metadata: %w", ErrDamaged, err)
	}
	return blob, nil
}
