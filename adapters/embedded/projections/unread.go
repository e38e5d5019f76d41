package projections

import (
	"context"
	"database/sql"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Unread is one generation of the unread projection. It implements
// ports.UnreadProjection and ports.Unread.
type Unread struct {
	generation generation

	stored, remove, read string
	many                 manyUnread
	count, from          *sql.Stmt
}

var (
	_ ports.UnreadProjection = (*Unread)(nil)
	_ ports.Unread           = (*Unread)(nil)
)

var unreadSchema = []string{
	// A message is one row, first under read = 0 and from its MessageRead on, for
	// good, under read = 1. As read is part of the key, the unread messages of a
	// user lie beside each other: they are counted without an index, which every
	// write would have to keep up, and without passing a single read one.
	`CREATE TABLE projection_unread_{generation} (
		recipient_id TEXT NOT NULL,
		read INTEGER NOT NULL,
		message_id TEXT NOT NULL,
		PRIMARY KEY (recipient_id, read, message_id)
	) STRICT, WITHOUT ROWID`,
}

// NewUnread opens a generation of the unread projection, and makes its tables if
// it is new.
func NewUnread(ctx context.Context, db *sqlite.DB, number int) (*Unread, error) {
	g, err := openGeneration(ctx, db, UnreadName, number, unreadSchema)
	if err != nil {
		return nil, err
	}
	u := &Unread{
		generation: g,
		stored: g.sql(`INSERT INTO projection_unread_{generation} (recipient_id, read, message_id)
			SELECT ?1, 0, ?2 WHERE NOT EXISTS (
				SELECT 1 FROM projection_unread_{generation} WHERE recipient_id = ?1 AND read = 1 AND message_id = ?2)
			ON CONFLICT DO NOTHING`),
		remove: g.sql(`DELETE FROM projection_unread_{generation} WHERE recipient_id = ? AND read = 0 AND message_id = ?`),
		read: g.sql(`INSERT INTO projection_unread_{generation} (recipient_id, read, message_id) VALUES (?, 1, ?)
			ON CONFLICT DO NOTHING`),
	}
	u.many = newManyUnread(g)
	return u, g.prepare(ctx, []statement{{&u.count, countUnread}, {&u.from, unreadFrom}})
}

// countUnread touches no more rows than it is asked to count.
const countUnread = `SELECT count(*) FROM (
	SELECT 1 FROM projection_unread_{generation} WHERE recipient_id = ? AND read = 0 LIMIT ?)`

// Stored implements ports.UnreadProjection.
func (u *Unread) Stored(ctx context.Context, recipientID, messageID string) error {
	return u.generation.write(ctx, func(tx *sqlite.Tx) error { return u.putStored(tx, recipientID, messageID) })
}

func (u *Unread) putStored(tx *sqlite.Tx, recipientID, messageID string) error {
	_, err := tx.Exec(u.stored, recipientID, messageID)
	return err
}

// Read implements ports.UnreadProjection.
func (u *Unread) Read(ctx context.Context, recipientID, messageID string) error {
	return u.generation.write(ctx, func(tx *sqlite.Tx) error { return u.putRead(tx, recipientID, messageID) })
}

func (u *Unread) putRead(tx *sqlite.Tx, recipientID, messageID string) error {
	if _, err := tx.Exec(u.remove, recipientID, messageID); err != nil {
		return err
	}
	_, err := tx.Exec(u.read, recipientID, messageID)
	return err
}

// Count implements ports.Unread.
func (u *Unread) Count(ctx context.Context, recipientID string) (ports.UnreadCount, error) {
	var n int
	// One more than the ceiling tells whether there are more.
	if err := u.count.QueryRowContext(ctx, recipientID, ports.UnreadCeiling+1).Scan(&n); err != nil {
		return ports.UnreadCount{}, u.generation.wrap("counting", err)
	}
	return ports.UnreadCount{Unread: min(n, ports.UnreadCeiling), More: n > ports.UnreadCeiling}, nil
}
