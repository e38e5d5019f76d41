package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/ports"
)

// Inbox is one generation of the inbox projection. It implements
// ports.InboxProjection and ports.Inbox.
type Inbox struct {
	generation generation
	signer     cursor.Signer

	stored, read          string
	get, list, listUnread *sql.Stmt
}

var (
	_ ports.InboxProjection = (*Inbox)(nil)
	_ ports.Inbox           = (*Inbox)(nil)
)

var inboxSchema = []string{
	// A row without an object_key is a message whose MessageRead came first.
	`CREATE TABLE projection_inbox_{generation} (
		recipient_id TEXT NOT NULL,
		message_id TEXT NOT NULL,
		read INTEGER NOT NULL DEFAULT 0,
		size INTEGER, -- bytes
		sent_at INTEGER, -- Unix milliseconds
		sender_id TEXT,
		object_key TEXT,
		key_id TEXT,
		wrapped_key BLOB,
		algorithm TEXT,
		PRIMARY KEY (recipient_id, message_id)
	) STRICT, WITHOUT ROWID`,
	// Without it the unread messages of somebody who has read a hundred thousand
	// would be looked for among all of those. It shrinks as messages are read.
	`CREATE INDEX projection_inbox_{generation}_unread ON projection_inbox_{generation} (recipient_id, message_id)
		WHERE read = 0 AND object_key IS NOT NULL`,
}

const (
	messageColumns = `SELECT message_id, recipient_id, sender_id, object_key, key_id, wrapped_key, algorithm, size, sent_at, read
		FROM projection_inbox_{generation} `
	stored      = `WHERE object_key IS NOT NULL AND recipient_id = ? AND `
	newestFirst = `message_id < ? ORDER BY message_id DESC LIMIT ?`

	selectMessage  = messageColumns + stored + `message_id = ?`
	selectMessages = messageColumns + stored + newestFirst
	// SQLite's planner would go by the primary key, which is as good for all it
	// knows, and pass over everything that was read.
	selectUnread = messageColumns + `INDEXED BY projection_inbox_{generation}_unread ` + stored + `read = 0 AND ` + newestFirst
)

// NewInbox opens a generation of the inbox projection, and makes its tables if it
// is new. The signer signs the cursors of its lists.
func NewInbox(ctx context.Context, db *sqlite.DB, number int, signer cursor.Signer) (*Inbox, error) {
	g, err := openGeneration(ctx, db, InboxName, number, inboxSchema)
	if err != nil {
		return nil, err
	}
	b := &Inbox{
		generation: g, signer: signer,
		stored: g.sql(`INSERT INTO projection_inbox_{generation}
			(recipient_id, message_id, sender_id, object_key, key_id, wrapped_key, algorithm, size, sent_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (recipient_id, message_id) DO UPDATE
			SET sender_id = excluded.sender_id, object_key = excluded.object_key, key_id = excluded.key_id,
				wrapped_key = excluded.wrapped_key, algorithm = excluded.algorithm, size = excluded.size, sent_at = excluded.sent_at
			WHERE object_key IS NULL`),
		read: g.sql(`INSERT INTO projection_inbox_{generation} (recipient_id, message_id, read) VALUES (?, ?, 1)
			ON CONFLICT (recipient_id, message_id) DO UPDATE SET read = 1 WHERE read = 0`),
	}
	return b, g.prepare(ctx, []statement{
		{&b.get, selectMessage},
		{&b.list, selectMessages},
		{&b.listUnread, selectUnread},
	})
}

// Stored implements ports.InboxProjection.
func (b *Inbox) Stored(ctx context.Context, m ports.InboxMessage) error {
	return b.generation.exec(ctx, b.stored, m.RecipientID, m.ID, m.SenderID, m.ObjectKey, m.KeyID,
		m.WrappedKey, m.Algorithm, m.Size, m.SentAt.UnixMilli())
}

// Read implements ports.InboxProjection.
func (b *Inbox) Read(ctx context.Context, recipientID, messageID string) error {
	return b.generation.exec(ctx, b.read, recipientID, messageID)
}

// Get implements ports.Inbox.
func (b *Inbox) Get(ctx context.Context, recipientID, messageID string) (ports.InboxMessage, error) {
	m, err := scanMessage(b.get.QueryRowContext(ctx, recipientID, messageID))
	if errors.Is(err, sql.ErrNoRows) {
		err = ports.ErrNotFound
	}
	return m, b.generation.wrap("reading", err)
}

// behindAll is greater than every message id: no UTF-8 text has this byte.
const behindAll = "\xff"

// List implements ports.Inbox.
func (b *Inbox) List(ctx context.Context, recipientID string, filter ports.InboxFilter, page ports.PageRequest) (ports.Page[ports.InboxMessage], error) {
	if err := checkLimit(page); err != nil {
		return ports.Page[ports.InboxMessage]{}, err
	}
	// %q, so that no recipient's id reads like another's with a filter.
	scope := fmt.Sprintf("inbox/%q/unread=%t", recipientID, filter.UnreadOnly)
	before := behindAll
	if page.Cursor != "" {
		if err := b.signer.Open(scope, page.Cursor, &before); err != nil {
			return ports.Page[ports.InboxMessage]{}, fmt.Errorf("listing messages: %w", err)
		}
	}
	query := b.list
	if filter.UnreadOnly {
		query = b.listUnread
	}
	messages, err := collect(ctx, query, scanMessage, recipientID, before, page.Limit+1)
	if err != nil {
		return ports.Page[ports.InboxMessage]{}, b.generation.wrap("reading", err)
	}
	cut, err := pageOf(messages, page.Limit, func(last ports.InboxMessage) (string, error) {
		return b.signer.Seal(scope, last.ID)
	})
	return cut, b.generation.wrap("listing", err)
}

func scanMessage(row scanner) (m ports.InboxMessage, err error) {
	var sentAt int64
	err = row.Scan(&m.ID, &m.RecipientID, &m.SenderID, &m.ObjectKey, &m.KeyID, &m.WrappedKey, &m.Algorithm, &m.Size, &sentAt, &m.Read)
	if err != nil {
		return ports.InboxMessage{}, fmt.Errorf("reading a message: %w", err)
	}
	m.SentAt = time.UnixMilli(sentAt).UTC()
	return m, nil
}
