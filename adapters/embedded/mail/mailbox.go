package mail

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// MaxMails is how many mails a mailbox keeps. The oldest are deleted.
const MaxMails = 10_000

// MaxList is the most mails in one List.
const MaxList = 1000

// Mailbox stores mails in the database instead of sending them. A reader of the mailbox can take over any
// account with a password-reset code.
type Mailbox struct {
	db  *sqlite.DB
	max int
}

// NewMailbox opens the mailbox in the database, and creates it if it does not exist.
func NewMailbox(ctx context.Context, db *sqlite.DB) (*Mailbox, error) {
	err := db.Migrate(ctx, "mail",
		`CREATE TABLE mails (
			id INTEGER PRIMARY KEY AUTOINCREMENT,
			to_address TEXT NOT NULL COLLATE NOCASE,
			subject TEXT NOT NULL,
			body TEXT NOT NULL,
			at_ms INTEGER NOT NULL) STRICT`,
		`CREATE INDEX mails_by_address ON mails (to_address, id)`)
	if err != nil {
		return nil, fmt.Errorf("preparing the mailbox: %w", err)
	}
	return &Mailbox{db: db, max: MaxMails}, nil
}

// Send implements Sender.
func (b *Mailbox) Send(ctx context.Context, m Message) error {
	if err := m.validate(); err != nil {
		return err
	}
	err := b.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO mails (to_address, subject, body, at_ms) VALUES (?, ?, ?, ?)`,
			m.To, m.Subject, m.Text, m.At.UnixMilli())
		if err != nil {
			return err
		}
		// Ids ascend with few gaps, so the newest max mails are those with greater ids.
		_, err = tx.Exec(`DELETE FROM mails WHERE id <= (SELECT max(id) FROM mails) - ?`, b.max)
		return err
	})
	if err != nil {
		return fmt.Errorf("storing a mail: %w", err)
	}
	return nil
}

// List returns the newest mails to an address (ignoring case), or all if it is empty. They are newest first,
// at most limit and at most MaxList.
func (b *Mailbox) List(ctx context.Context, to string, limit int) ([]Message, error) {
	query := `SELECT to_address, subject, body, at_ms FROM mails ORDER BY id DESC LIMIT ?`
	args := []any{max(0, min(limit, MaxList))}
	if to != "" {
		query = `SELECT to_address, subject, body, at_ms FROM mails WHERE to_address = ? ORDER BY id DESC LIMIT ?`
		args = append([]any{to}, args...)
	}
	rows, err := b.db.Read().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing mails: %w", err)
	}
	mails, err := scan(rows)
	if err != nil {
		return nil, fmt.Errorf("listing mails: %w", err)
	}
	return mails, nil
}

func scan(rows *sql.Rows) ([]Message, error) {
	defer rows.Close()
	mails := []Message{}
	for rows.Next() {
		var (
			m  Message
			at int64
		)
		if err := rows.Scan(&m.To, &m.Subject, &m.Text, &at); err != nil {
			return nil, err
		}
		m.At = time.UnixMilli(at).UTC()
		mails = append(mails, m)
	}
	return mails, rows.Err()
}
