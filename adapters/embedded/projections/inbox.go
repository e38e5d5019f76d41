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

	stored, move, read    string
	many                  manyInbox
	get, list, listUnread *sql.Stmt
}

var (
	_ ports.InboxProjection = (*Inbox)(nil)
	_ ports.Inbox           = (*Inbox)(nil)
)

var inboxSchema = []string{
	// A message is one row, first under read = 0 and from its MessageRead on under
	// read = 1. As read is part of the key, the unread messages of somebody who has
	// read a hundred thousand lie beside each other, without an index that every
	// message would have to be entered into. The list of all messages merges the
	// two. A row without an object_key is a message whose MessageRead came first.
	//
	// The key is an index beside the rows, which come in the order of writing. Were the
	// rows kept in the order of the key (WITHOUT ROWID), every page of the tree would
	// hold a dozen of them, down to the root, and a fill would take a third longer. So
	// are the generations that Sealpost made before 2026-11-24: no statement may name a
	// rowid until nobody has one of these any more.
	`CREATE TABLE projection_inbox_{generation} (
		recipient_id TEXT NOT NULL,
		read INTEGER NOT NULL,
		message_id TEXT NOT NULL,
		size INTEGER, -- bytes
		sent_at INTEGER, -- Unix milliseconds
		sender_id TEXT,
		object_key TEXT,
		key_id TEXT,
		wrapped_key BLOB,
		algorithm TEXT,
		PRIMARY KEY (recipient_id, read, message_id)
	) STRICT`,
}

const (
	stored = `SELECT message_id, recipient_id, sender_id, object_key, key_id, wrapped_key, algorithm, size, sent_at, read
		FROM projection_inbox_{generation} WHERE object_key IS NOT NULL AND recipient_id = ?1 AND `
	newestFirst = ` ORDER BY message_id DESC LIMIT ?3`

	selectMessage  = stored + `read IN (0, 1) AND message_id = ?2`
	selectUnread   = stored + `read = 0 AND message_id < ?2` + newestFirst
	selectMessages = stored + `read = 0 AND message_id < ?2 UNION ALL ` + stored + `read = 1 AND message_id < ?2` + newestFirst
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
		// Where it goes depends on whether MessageRead came first, and then it fills
		// the row that is there.
		stored: g.sql(`INSERT INTO projection_inbox_{generation}
			(recipient_id, read, message_id, sender_id, object_key, key_id, wrapped_key, algorithm, size, sent_at)
			SELECT ?1, EXISTS (SELECT 1 FROM projection_inbox_{generation} WHERE recipient_id = ?1 AND read = 1 AND message_id = ?2),
				?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE true
			ON CONFLICT (recipient_id, read, message_id) DO UPDATE
			SET sender_id = excluded.sender_id, object_key = excluded.object_key, key_id = excluded.key_id,
				wrapped_key = excluded.wrapped_key, algorithm = excluded.algorithm, size = excluded.size, sent_at = excluded.sent_at
			WHERE object_key IS NULL`),
		move: g.sql(`UPDATE projection_inbox_{generation} SET read = 1 WHERE recipient_id = ? AND read = 0 AND message_id = ?`),
		read: g.sql(`INSERT INTO projection_inbox_{generation} (recipient_id, read, message_id) VALUES (?, 1, ?)
			ON CONFLICT DO NOTHING`),
	}
	b.many = newManyInbox(g)
	return b, g.prepare(ctx, []statement{
		{&b.get, selectMessage},
		{&b.list, selectMessages},
		{&b.listUnread, selectUnread},
	})
}

// Stored implements ports.InboxProjection.
func (b *Inbox) Stored(ctx context.Context, m ports.InboxMessage) error {
	return b.generation.write(ctx, func(tx *sqlite.Tx) error { return b.putStored(tx, m) })
}

func (b *Inbox) putStored(tx *sqlite.Tx, m ports.InboxMessage) error {
	_, err := tx.Exec(b.stored, m.RecipientID, m.ID, m.SenderID, m.ObjectKey, m.KeyID,
		m.WrappedKey, m.Algorithm, m.Size, m.SentAt.UnixMilli())
	return err
}

// Read implements ports.InboxProjection.
func (b *Inbox) Read(ctx context.Context, recipientID, messageID string) error {
	return b.generation.write(ctx, func(tx *sqlite.Tx) error { return b.putRead(tx, recipientID, messageID) })
}

func (b *Inbox) putRead(tx *sqlite.Tx, recipientID, messageID string) error {
	moved, err := tx.Exec(b.move, recipientID, messageID)
	if err != nil || moved > 0 {
		return err
	}
	_, err = tx.Exec(b.read, recipientID, messageID)
	return err
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
