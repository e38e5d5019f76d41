package projections

import (
	"context"
	"database/sql"
	"errors"
)

const unreadFrom = `SELECT message_id FROM projection_unread_{generation}
	WHERE recipient_id = ? AND read = 0 AND message_id >= ? ORDER BY message_id LIMIT ?`

// From implements ports.Unread.
func (u *Unread) From(ctx context.Context, recipientID, messageID string, limit int) ([]string, error) {
	rows, err := u.from.QueryContext(ctx, recipientID, messageID, limit)
	if err != nil {
		return nil, u.generation.wrap("listing", err)
	}
	ids, err := scanIDs(rows)
	return ids, u.generation.wrap("listing", err)
}

func scanIDs(rows *sql.Rows) (ids []string, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// From implements ports.Unread.
func (s SetUnread) From(ctx context.Context, recipientID, messageID string, limit int) ([]string, error) {
	return query(s.shelf, func(u *Unread) ([]string, error) { return u.From(ctx, recipientID, messageID, limit) })
}
