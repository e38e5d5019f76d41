package blobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/ports"
)

// listed is how many blobs a listing holds at once: about half a megabyte, at the
// limit of metadata.
const listed = 256

// ListBlobs implements ports.BlobLister, oldest first. While visit runs the listing
// keeps no connection and no snapshot, so visit may take its time and may write.
func (s *Store) ListBlobs(ctx context.Context, from, to time.Time, visit func(ports.BlobInfo) error) error {
	at := position{storedAt: micros(from)}
	for {
		infos, next, err := s.some(ctx, at, micros(to))
		if err != nil {
			return fmt.Errorf("listing blobs: %w", err)
		}
		for _, info := range infos {
			if err := visit(info); err != nil {
				return err
			}
		}
		if len(infos) < listed {
			return nil
		}
		at = next
	}
}

// position is a place between two blobs. Ids count from 1, so id 0 is before
// everything of its time.
type position struct{ storedAt, id int64 }

func (s *Store) some(ctx context.Context, at position, to int64) (infos []ports.BlobInfo, next position, err error) {
	rows, err := s.db.Read().QueryContext(ctx, selectSome, at.storedAt, at.id, to, listed)
	if err != nil {
		return nil, at, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var key string
		var metadata []byte
		if err := rows.Scan(&next.id, &key, &next.storedAt, &metadata); err != nil {
			return nil, at, err
		}
		info, err := infoOf(key, metadata, next.storedAt)
		if err != nil {
			return nil, at, err
		}
		infos = append(infos, info)
	}
	return infos, next, rows.Err()
}

const selectSome = `SELECT id, key, stored_at, metadata FROM blobs
	WHERE (stored_at, id) > (?, ?) AND stored_at < ? ORDER BY stored_at, id LIMIT ?`

// micros gives the first microsecond that is not before t.
func micros(t time.Time) int64 {
	us := t.UnixMicro()
	if time.UnixMicro(us).Before(t) {
		us++
	}
	return us
}
