package eventstream

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// schema has the subscribers' tables. Steps are only ever appended.
var schema = []string{
	`CREATE TABLE subscribers (
		id TEXT PRIMARY KEY,
		name TEXT NOT NULL UNIQUE,
		token_hash BLOB NOT NULL, -- SHA-256
		created_at INTEGER NOT NULL, -- Unix milliseconds
		connected_at INTEGER -- the last time, NULL for never
	) STRICT, WITHOUT ROWID`,
}

// Subscriber is a system that may follow the log.
type Subscriber struct {
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"createdAt"`
	// ConnectedAt is when it last began to follow; zero means never.
	ConnectedAt time.Time `json:"connectedAt,omitzero"`
}

// Registry stores the subscribers. All processes see a change at once.
type Registry struct {
	db  *sqlite.DB
	now func() time.Time
}

// NewRegistry creates the table in the database.
func NewRegistry(ctx context.Context, db *sqlite.DB, now func() time.Time) (*Registry, error) {
	if err := db.Migrate(ctx, "subscribe", schema...); err != nil {
		return nil, err
	}
	return &Registry{db, now}, nil
}

// Errors of Add, Remove and Check.
var (
	ErrName    = errors.New("a subscriber's name has 1 to 64 letters, digits, dots, dashes or underscores")
	ErrExists  = errors.New("there is a subscriber with this name")
	ErrUnknown = errors.New("there is no such subscriber")
)

var validName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Add registers a subscriber and returns its token, which is stored nowhere. Its errors are ErrName and
// ErrExists.
func (r *Registry) Add(ctx context.Context, name string) (token string, err error) {
	if !validName.MatchString(name) {
		return "", ErrName
	}
	id, token := newToken()
	err = r.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`INSERT INTO subscribers (id, name, token_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING`,
			id, name, hashOf(token), r.now().UnixMilli())
		if err == nil && n == 0 {
			err = ErrExists
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("adding subscriber %s: %w", name, err)
	}
	return token, nil
}

// Remove revokes the subscriber's access. Open streams end at their next heartbeat. Its error may be
// ErrUnknown.
func (r *Registry) Remove(ctx context.Context, name string) error {
	err := r.db.Write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Exec(`DELETE FROM subscribers WHERE name = ?`, name)
		if err == nil && n == 0 {
			err = ErrUnknown
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("removing subscriber %s: %w", name, err)
	}
	return nil
}

// List returns the subscribers, sorted by name.
func (r *Registry) List(ctx context.Context) (all []Subscriber, err error) {
	rows, err := r.db.Read().QueryContext(ctx, `SELECT name, created_at, connected_at FROM subscribers ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("reading subscribers: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var s Subscriber
		var created int64
		var connected sql.NullInt64
		if err := rows.Scan(&s.Name, &created, &connected); err != nil {
			return nil, fmt.Errorf("reading a subscriber: %w", err)
		}
		s.CreatedAt = time.UnixMilli(created).UTC()
		if connected.Valid {
			s.ConnectedAt = time.UnixMilli(connected.Int64).UTC()
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// Check returns the name of the token's subscriber, or ErrUnknown.
func (r *Registry) Check(ctx context.Context, token string) (name string, err error) {
	id, ok := tokenID(token)
	if !ok {
		return "", ErrUnknown
	}
	var hash []byte
	err = r.db.Read().QueryRowContext(ctx, `SELECT name, token_hash FROM subscribers WHERE id = ?`, id).Scan(&name, &hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("reading a subscriber: %w", err)
	}
	if err != nil || !matches(token, hash) {
		return "", ErrUnknown
	}
	return name, nil
}

func (r *Registry) connected(ctx context.Context, name string) error {
	err := r.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE subscribers SET connected_at = ? WHERE name = ?`, r.now().UnixMilli(), name)
		return err
	})
	if err != nil {
		return fmt.Errorf("noting that %s connected: %w", name, err)
	}
	return nil
}
