package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
)

// The sizes that a rebuild uses: events sorted at a time, and rows per transaction.
const (
	bareEvents = 128_000
	bareRows   = 8000
)

// bareRow is a row of the inbox, or of unread if only the ids are set.
type bareRow struct {
	table   string
	message events.MessageStored
	read    bool
	moved   bool // the row exists and becomes read
}

// bareInserts returns the events per second that SQLite alone could take. It writes the
// same rows to the same two tables, in the same order and transactions, but reads,
// decodes and looks up nothing. Preparing the rows is not counted.
func bareInserts(ctx context.Context, path string, n int) (rate float64, err error) {
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx, "bare", `CREATE TABLE a (recipient_id TEXT, read INTEGER, message_id TEXT, size INTEGER, sent_at INTEGER, sender_id TEXT,
			object_key TEXT, key_id TEXT, wrapped_key BLOB, algorithm TEXT, PRIMARY KEY (recipient_id, read, message_id)) STRICT`,
		`CREATE TABLE b (recipient_id TEXT, read INTEGER, message_id TEXT, PRIMARY KEY (recipient_id, read, message_id)) STRICT, WITHOUT ROWID`); err != nil {
		return 0, err
	}
	now := time.Now()
	ids := seededIDs(n, now)
	var took time.Duration
	for i := 0; i < n; i += bareEvents {
		rows := bareRowsOf(i, min(n, i+bareEvents), ids)
		began := time.Now()
		for part := range slices.Chunk(rows, bareRows) {
			err := db.WriteUnsynced(ctx, func(tx *sqlite.Tx) error {
				for _, r := range part {
					if err := r.put(tx, now.UnixMilli()); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return 0, err
			}
		}
		took += time.Since(began)
	}
	return float64(n) / took.Seconds(), nil
}

// bareRowsOf returns the rows of the seeded events in [from, to), sorted by key.
func bareRowsOf(from, to int, ids []string) (rows []bareRow) {
	at := map[string]int{}
	for i := from; i < to; i++ {
		switch e := seeded(i, ids).(type) {
		case events.MessageStored:
			at[e.MessageID] = len(rows)
			rows = append(rows, bareRow{table: "a", message: e})
		case events.MessageRead:
			if stored, ok := at[e.MessageID]; ok {
				rows[stored].read = true
				continue
			}
			rows = append(rows, bareRow{table: "a", message: events.MessageStored{MessageID: e.MessageID, RecipientID: e.RecipientID}, moved: true})
		}
	}
	slices.SortFunc(rows, func(a, b bareRow) int {
		return cmp.Or(strings.Compare(a.message.RecipientID, b.message.RecipientID), strings.Compare(a.message.MessageID, b.message.MessageID))
	})
	for _, r := range rows {
		r.table = "b"
		rows = append(rows, r)
	}
	return rows
}

func (r bareRow) put(tx *sqlite.Tx, at int64) error {
	m := r.message
	var err error
	switch {
	case r.moved:
		_, err = tx.Exec(`UPDATE `+r.table+` SET read = 1 WHERE recipient_id = ? AND read = 0 AND message_id = ?`, m.RecipientID, m.MessageID)
	case r.table == "a":
		_, err = tx.Exec(`INSERT INTO a VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, m.RecipientID, r.read, m.MessageID, m.Size, at, m.SenderID, m.ObjectKey,
			m.KeyID, m.WrappedKey, m.Algorithm)
	default:
		_, err = tx.Exec(`INSERT INTO b VALUES (?, ?, ?)`, m.RecipientID, r.read, m.MessageID)
	}
	return err
}
