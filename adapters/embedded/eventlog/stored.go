package eventlog

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// Stored has the fields of any version's MessageStored that identify the ciphertext.
type Stored struct {
	Position  int64  `json:"-"`
	MessageID string `json:"messageId"`
	ObjectKey string `json:"objectKey"`
}

const storedPage = 1000

// AllStored visits every MessageStored in a database, oldest first, whether or not a server is running. An
// unreadable event has only a position.
func AllStored(ctx context.Context, db *sql.DB, visit func(Stored) error) error {
	for after := int64(0); ; {
		page, err := someStored(ctx, db, after)
		if err != nil {
			return fmt.Errorf("reading the log: %w", err)
		}
		for _, s := range page {
			if err := visit(s); err != nil {
				return err
			}
			after = s.Position
		}
		if len(page) < storedPage {
			return nil
		}
	}
}

func someStored(ctx context.Context, db *sql.DB, after int64) (page []Stored, err error) {
	rows, err := db.QueryContext(ctx, `SELECT position, detail FROM event_log
		WHERE position > ? AND type = 'MessageStored' ORDER BY position LIMIT ?`, after, storedPage)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var position int64
		var raw []byte
		if err := rows.Scan(&position, &raw); err != nil {
			return nil, err
		}
		var detail struct {
			Data Stored `json:"data"`
		}
		if json.Unmarshal(raw, &detail) != nil {
			detail.Data = Stored{} // partial data would mislead
		}
		detail.Data.Position = position
		page = append(page, detail.Data)
	}
	return page, rows.Err()
}
