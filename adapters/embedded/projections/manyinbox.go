package projections

import "github.com/sealpost/sealpost/adapters/embedded/sqlite"

// manyInbox writes many messages to the inbox, each to the effect that Inbox.Stored and
// Inbox.Read have one by one.
type manyInbox struct {
	occupied                              string
	fresh, move, read, storedRead, stored many
}

func newManyInbox(g generation) manyInbox {
	const columns = `INSERT INTO projection_inbox_{generation}
		(read, recipient_id, message_id, sender_id, object_key, key_id, wrapped_key, algorithm, size, sent_at) `
	const fill = ` ON CONFLICT (recipient_id, read, message_id) DO UPDATE
		SET sender_id = excluded.sender_id, object_key = excluded.object_key, key_id = excluded.key_id,
			wrapped_key = excluded.wrapped_key, algorithm = excluded.algorithm, size = excluded.size, sent_at = excluded.sent_at
		WHERE object_key IS NULL`
	return manyInbox{
		occupied: g.sql(`SELECT EXISTS (SELECT 1 FROM projection_inbox_{generation} WHERE recipient_id = ?1 AND read = 0 AND message_id BETWEEN ?2 AND ?3)
			OR EXISTS (SELECT 1 FROM projection_inbox_{generation} WHERE recipient_id = ?1 AND read = 1 AND message_id BETWEEN ?2 AND ?3)`),
		fresh: newMany(g, `INSERT INTO projection_inbox_{generation} (read, recipient_id, message_id, sender_id, object_key, key_id,
			wrapped_key, algorithm, size, sent_at) VALUES {values}`, 10),
		move: newMany(g, `UPDATE projection_inbox_{generation} SET read = 1 WHERE (recipient_id, message_id, read) IN
			(SELECT column1, column2, 0 FROM (VALUES {values}))`, 2),
		read: newMany(g, `INSERT INTO projection_inbox_{generation} (recipient_id, message_id, read)
			SELECT column1, column2, 1 FROM (VALUES {values}) WHERE true ON CONFLICT DO NOTHING`, 2),
		storedRead: newMany(g, columns+`SELECT 1, * FROM (VALUES {values}) WHERE true`+fill, 9),
		stored: newMany(g, columns+`SELECT EXISTS (SELECT 1 FROM projection_inbox_{generation}
			WHERE recipient_id = column1 AND read = 1 AND message_id = column2), * FROM (VALUES {values}) WHERE true`+fill, 9),
	}
}

func (m manyInbox) put(tx *sqlite.Tx, of *changes, part []change) error {
	vacant, others, err := of.split(tx, m.occupied, part)
	if err != nil {
		return err
	}
	if err := m.fresh.run(tx, vacant, isStored, behindRead(of.row)); err != nil {
		return err
	}
	// What is read leaves its place among the unread first. Then what is stored and read
	// finds it where it belongs, or nothing.
	if err := m.move.run(tx, others, isRead, of.key); err != nil {
		return err
	}
	if err := m.read.run(tx, others, isReadOnly, of.key); err != nil {
		return err
	}
	if err := m.storedRead.run(tx, others, isStoredAndRead, of.row); err != nil {
		return err
	}
	return m.stored.run(tx, others, isStoredAndUnread, of.row)
}
