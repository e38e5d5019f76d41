package topics

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Config is what the package needs. All fields are required.
type Config struct {
	DB     *sqlite.DB
	Pool   ports.Identities
	Mailer mail.Sender
	// PageURL is the page where users read their messages. It is in every notification.
	PageURL string
	Now     func() time.Time
}

// Topics implements ports.Topics and ports.Notifier, and has the ledger.
type Topics struct {
	*ledger
	db      *sqlite.DB
	pool    ports.Identities
	mailer  mail.Sender
	pageURL string
	now     func() time.Time
}

var (
	_ ports.Topics             = (*Topics)(nil)
	_ ports.Notifier           = (*Topics)(nil)
	_ ports.NotificationLedger = (*Topics)(nil)
)

// New opens topics and ledger in the database, and creates missing tables.
func New(ctx context.Context, c Config) (*Topics, error) {
	if c.DB == nil || c.Pool == nil || c.Mailer == nil || c.Now == nil {
		return nil, errors.New("topics: a field of the configuration is missing")
	}
	if u, err := url.Parse(c.PageURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("topics: %q is not the URL of a page", c.PageURL)
	}
	err := c.DB.Migrate(ctx, "topics",
		`CREATE TABLE topics (
			topic_id TEXT PRIMARY KEY,
			user_id TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID`)
	if err != nil {
		return nil, fmt.Errorf("preparing topics: %w", err)
	}
	l, err := openLedger(ctx, c.DB)
	if err != nil {
		return nil, err
	}
	return &Topics{ledger: l, db: c.DB, pool: c.Pool, mailer: c.Mailer, pageURL: c.PageURL, now: c.Now}, nil
}

// CreateTopic implements ports.Topics.
func (t *Topics) CreateTopic(ctx context.Context, userID string) (string, error) {
	if userID == "" {
		return "", errors.New("creating a topic: no user")
	}
	// The id is derived from the user's, so concurrent calls agree.
	topicID := "sealpost-user-" + userID
	err := t.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO topics (topic_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, topicID, userID)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("creating a topic: %w", err)
	}
	return topicID, nil
}

// Subscribe implements ports.Topics. It stores no address and asks for no consent, because Notify reads the
// verified address from the pool.
func (t *Topics) Subscribe(ctx context.Context, topicID, _ string) error {
	_, err := t.owner(ctx, topicID)
	return err
}

// Renew implements ports.Topics.
func (t *Topics) Renew(ctx context.Context, topicID, address string) error {
	return t.Subscribe(ctx, topicID, address)
}

func (t *Topics) owner(ctx context.Context, topicID string) (userID string, err error) {
	err = t.db.Read().QueryRowContext(ctx, `SELECT user_id FROM topics WHERE topic_id = ?`, topicID).Scan(&userID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("topic %q: %w", topicID, ports.ErrNotFound)
	}
	if err != nil {
		return "", fmt.Errorf("reading topic %q: %w", topicID, err)
	}
	return userID, nil
}

// Notify implements ports.Notifier.
func (t *Topics) Notify(ctx context.Context, topicID string, n ports.Notification) error {
	userID, err := t.owner(ctx, topicID)
	if err != nil {
		return err
	}
	address, err := t.pool.Address(ctx, userID)
	if err != nil {
		return fmt.Errorf("asking for the address of user %s: %w", userID, err)
	}
	if err := t.mailer.Send(ctx, notification(address, n.Waiting, t.pageURL, t.now())); err != nil {
		return fmt.Errorf("mailing user %s: %w", userID, err)
	}
	return nil
}
