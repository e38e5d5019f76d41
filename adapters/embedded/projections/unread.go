package projections

import (
	"context"

	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// Unread writes and reads the unread projection.
type Unread struct{ *generations }

var _ ports.Unread = Unread{}

const (
	countUnread = iota
	unreadFrom
)

var unreadTable = table{
	Projection: projection.Unread,
	owner:      "recipient_id", item: "message_id",
	schema: []string{
		// A user's unread messages are adjacent, so counting them needs no index (which every write would
		// have to update) and visits no read message.
		`CREATE TABLE {table} (
			recipient_id TEXT NOT NULL,
			stage INTEGER NOT NULL,
			message_id TEXT NOT NULL,
			PRIMARY KEY (recipient_id, stage, message_id)
		) STRICT, WITHOUT ROWID`,
	},
	queries: []string{
		// Visits no more rows than the limit.
		countUnread: `SELECT count(*) FROM (SELECT 1 FROM {table} WHERE recipient_id = ? AND stage = 0 LIMIT ?)`,
		unreadFrom:  `SELECT message_id FROM {table} WHERE recipient_id = ? AND stage = 0 AND message_id >= ? ORDER BY message_id LIMIT ?`,
	},
	digest: `SELECT recipient_id, stage, message_id FROM {table} ORDER BY recipient_id, stage, message_id`,
}

// Count implements [ports.Unread].
func (u Unread) Count(ctx context.Context, recipientID string) (ports.UnreadCount, error) {
	// One more than the ceiling shows whether there are more.
	n, err := readOne(ctx, u.generations, countUnread, scanValue[int], recipientID, ports.UnreadCeiling+1)
	return ports.UnreadCount{Unread: min(n, ports.UnreadCeiling), More: n > ports.UnreadCeiling}, err
}

// From implements [ports.Unread].
func (u Unread) From(ctx context.Context, recipientID, messageID string, limit int) ([]string, error) {
	return readAll(ctx, u.generations, unreadFrom, scanValue[string], recipientID, messageID, limit)
}
