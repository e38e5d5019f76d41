package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// Inbox writes and reads the inbox projection.
type Inbox struct{ *generations }

var _ ports.Inbox = Inbox{}

const (
	selectMessages = `SELECT message_id, recipient_id, sender_id, object_key, key_id, wrapped_key, algorithm, size, sent_at, stage
		FROM {table} WHERE object_key IS NOT NULL AND recipient_id = ?1 AND `
	newestFirst = ` ORDER BY message_id DESC LIMIT ?3`
)

const (
	messageByID = iota
	allMessages
	unreadMessages
)

var inboxTable = table{
	Projection: projection.Inbox,
	owner:      "recipient_id", item: "message_id",
	facts: [][]string{
		projection.InboxStored: {"stored_event", "sender_id", "object_key", "key_id", "wrapped_key", "algorithm", "size", "sent_at"},
	},
	schema: []string{
		// The stage in the key keeps a user's unread messages together, so they need no index of their own,
		// which every message would have to update. The list of all messages merges the stages.
		//
		// The key is an index, and the rows are in the order of writing. With the rows in key order (WITHOUT
		// ROWID), every page of the tree would hold only a dozen rows, and a fill would take a third longer.
		`CREATE TABLE {table} (
			recipient_id TEXT NOT NULL,
			stage INTEGER NOT NULL,
			message_id TEXT NOT NULL,
			size INTEGER, -- bytes
			sent_at INTEGER, -- Unix milliseconds
			stored_event TEXT,
			sender_id TEXT,
			object_key TEXT,
			key_id TEXT,
			wrapped_key BLOB,
			algorithm TEXT,
			PRIMARY KEY (recipient_id, stage, message_id)
		) STRICT`,
	},
	queries: []string{
		messageByID: selectMessages + `stage IN (0, 1) AND message_id = ?2`,
		allMessages: selectMessages + `stage = 0 AND message_id < ?2 UNION ALL ` + selectMessages + `stage = 1 AND message_id < ?2` +
			newestFirst,
		unreadMessages: selectMessages + `stage = 0 AND message_id < ?2` + newestFirst,
	},
	digest: `SELECT recipient_id, stage, message_id, size, sent_at, stored_event, sender_id, object_key, key_id, wrapped_key, algorithm
		FROM {table} ORDER BY recipient_id, stage, message_id`,
}

func scanMessage(row scanner) (m ports.InboxMessage, err error) {
	var sentAt int64
	var stage int
	err = row.Scan(&m.ID, &m.RecipientID, &m.SenderID, &m.ObjectKey, &m.KeyID, &m.WrappedKey, &m.Algorithm, &m.Size, &sentAt, &stage)
	m.SentAt, m.Read = time.UnixMilli(sentAt).UTC(), stage == projection.StageRead
	return m, err
}

// Get implements [ports.Inbox].
func (b Inbox) Get(ctx context.Context, recipientID, messageID string) (ports.InboxMessage, error) {
	return readOne(ctx, b.generations, messageByID, scanMessage, recipientID, messageID)
}

// List implements [ports.Inbox].
func (b Inbox) List(ctx context.Context, recipientID string, filter ports.InboxFilter, page ports.PageRequest) (ports.Page[ports.InboxMessage], error) {
	l := list[ports.InboxMessage, string]{
		// %q prevents a recipient id from looking like another id with a filter.
		scope: fmt.Sprintf("inbox/%q/unread=%t", recipientID, filter.UnreadOnly),
		query: allMessages, scan: scanMessage,
		args:     func(before string) []any { return []any{recipientID, before} },
		position: func(last ports.InboxMessage) string { return last.ID },
		first:    "\xff", // greater than every message id, because UTF-8 never contains this byte
	}
	if filter.UnreadOnly {
		l.query = unreadMessages
	}
	return readPage(ctx, b.generations, l, page)
}
