package blobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/ports"
)

// DescribeBlob implements ports.BlobCreator.
func (s *Store) DescribeBlob(ctx context.Context, key string) (ports.BlobInfo, error) {
	info, err := scanInfo(s.db.Read().QueryRowContext(ctx, `SELECT id, key, stored_at, metadata FROM blobs WHERE key = ?`, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return ports.BlobInfo{}, fmt.Errorf("blob %s: %w", key, ports.ErrNotFound)
	}
	if err != nil {
		return ports.BlobInfo{}, fmt.Errorf("describing blob %s: %w", key, err)
	}
	return info.BlobInfo, nil
}

// page is how many rows a walk holds in memory at once. It holds no read
// transaction between pages: that would keep the write-ahead log from being
// folded into the database for as long as a visitor takes.
const page = 500

// row is a blob and its place in the walk.
type row struct {
	id int64
	ports.BlobInfo
}

// ListBlobs implements ports.BlobLister.
func (s *Store) ListBlobs(ctx context.Context, from, to time.Time, visit func(ports.BlobInfo) error) error {
	at, id := unixMilli(from), int64(-1)
	for {
		rows, err := s.page(ctx, at, id, unixMilli(to))
		if err != nil {
			return fmt.Errorf("listing blobs: %w", err)
		}
		for _, r := range rows {
			if err := visit(r.BlobInfo); err != nil {
				return err
			}
		}
		if len(rows) < page {
			return nil
		}
		last := rows[len(rows)-1]
		at, id = last.StoredAt.UnixMilli(), last.id
	}
}

// unixMilli rounds up, as a time within a millisecond comes after those of it.
func unixMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	ms := t.UnixMilli()
	if t.After(time.UnixMilli(ms)) {
		ms++
	}
	return ms
}

func (s *Store) page(ctx context.Context, at, id, before int64) (rows []row, err error) {
	result, err := s.db.Read().QueryContext(ctx, `SELECT id, key, stored_at, metadata FROM blobs
		WHERE (stored_at, id) > (?, ?) AND stored_at < ? ORDER BY stored_at, id LIMIT ?`, at, id, before, page)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		r, err := scanInfo(result.Scan)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, result.Err()
}

func scanInfo(scan func(...any) error) (row, error) {
	var r row
	var at int64
	var metadata string
	if err := scan(&r.id, &r.Key, &at, &metadata); err != nil {
		return row{}, err
	}
	r.StoredAt = time.UnixMilli(at).UTC()
	if err := json.Unmarshal([]byte(metadata), &r.Metadata); err != nil {
		return row{}, fmt.Errorf("blob %s: %w: metadata: %w", r.Key, ErrDamaged, err)
	}
	return r, nil
}
