package projections

import "github.com/sealpost/sealpost/adapters/embedded/sqlite"

// manyUnread writes many messages to unread, each to the effect that Unread.Stored and
// Unread.Read have one by one.
type manyUnread struct {
	occupied                    string
	fresh, remove, read, stored many
}

func newManyUnread(g generation) manyUnread {
	return manyUnread{
		occupied: g.sql(`SELECT EXISTS (SELECT 1 FROM projection_unread_{generation} WHERE recipient_id = ?1 AND read = 0 AND message_id BETWEEN ?2 AND ?3)
			OR EXISTS (SELECT 1 FROM projection_unread_{generation} WHERE recipient_id = ?1 AND read = 1 AND message_id BETWEEN ?2 AND ?3)`),
		fresh: newMany(g, `INSERT INTO projection_unread_{generation} (read, recipient_id, message_id) VALUES {values}`, 3),
		remove: newMany(g, `DELETE FROM projection_unread_{generation} WHERE (recipient_id, message_id, read) IN
			(SELECT column1, column2, 0 FROM (VALUES {values}))`, 2),
		read: newMany(g, `INSERT INTO projection_unread_{generation} (recipient_id, message_id, read)
			SELECT column1, column2, 1 FROM (VALUES {values}) WHERE true ON CONFLICT DO NOTHING`, 2),
		stored: newMany(g, `INSERT INTO projection_unread_{generation} (recipient_id, message_id, read)
			SELECT column1, column2, 0 FROM (VALUES {values}) WHERE NOT EXISTS (SELECT 1 FROM projection_unread_{generation}
				WHERE recipient_id = column1 AND read = 1 AND message_id = column2)
			ON CONFLICT DO NOTHING`, 2),
	}
}

func (m manyUnread) put(tx *sqlite.Tx, of *changes, part []change) error {
	vacant, others, err := of.split(tx, m.occupied, part)
	if err != nil {
		return err
	}
	if err := m.fresh.run(tx, vacant, isStored, behindRead(of.key)); err != nil {
		return err
	}
	if err := m.remove.run(tx, others, isRead, of.key); err != nil {
		return err
	}
	if err := m.read.run(tx, others, isRead, of.key); err != nil {
		return err
	}
	return m.stored.run(tx, others, isStoredAndUnread, of.key)
}
