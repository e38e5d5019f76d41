package userpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Names implements [ports.NameRegistry].
type Names struct{ db *sqlite.DB }

var _ ports.NameRegistry = (*Names)(nil)

// NewNames opens the registry in the database.
func NewNames(ctx context.Context, db *sqlite.DB) (*Names, error) {
	err := db.Migrate(ctx, "usernames", `CREATE TABLE usernames (
		skeleton TEXT PRIMARY KEY,
		name TEXT NOT NULL,
		reserved_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`)
	if err != nil {
		return nil, fmt.Errorf("preparing the usernames: %w", err)
	}
	return &Names{db}, nil
}

// Reserve implements [ports.NameRegistry].
func (n *Names) Reserve(ctx context.Context, r ports.Reservation) (inTheWay ports.Reservation, err error) {
	err = n.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, s := range r.Skeletons {
			_, err := tx.Exec(`INSERT INTO usernames (skeleton, name, reserved_ms) VALUES (?, ?, ?)
				ON CONFLICT (skeleton) DO UPDATE SET reserved_ms = excluded.reserved_ms WHERE name = excluded.name`,
				s, r.Name, r.At.UnixMilli())
			if err != nil {
				return err
			}
			other, err := otherName(tx, s, r.Name)
			if err != nil {
				inTheWay = other
				return err
			}
		}
		return nil
	})
	if errors.Is(err, ports.ErrNameTaken) {
		return inTheWay, ports.ErrNameTaken
	}
	if err != nil {
		return ports.Reservation{}, fmt.Errorf("reserving a username: %w", err)
	}
	return ports.Reservation{}, nil
}

// otherName returns ErrNameTaken and the reservation if another name has the skeleton.
func otherName(tx *sqlite.Tx, skeleton, name string) (ports.Reservation, error) {
	var (
		holder string
		at     int64
	)
	err := tx.QueryRow(`SELECT name, reserved_ms FROM usernames WHERE skeleton = ? AND name <> ?`, skeleton, name).Scan(&holder, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return ports.Reservation{}, nil
	}
	if err != nil {
		return ports.Reservation{}, err
	}
	return ports.Reservation{Name: holder, Skeletons: []string{skeleton}, At: time.UnixMilli(at).UTC()}, ports.ErrNameTaken
}

// Release implements [ports.NameRegistry].
func (n *Names) Release(ctx context.Context, r ports.Reservation) error {
	err := n.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, s := range r.Skeletons {
			_, err := tx.Exec(`DELETE FROM usernames WHERE skeleton = ? AND name = ? AND reserved_ms = ?`, s, r.Name, r.At.UnixMilli())
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("releasing a username: %w", err)
	}
	return nil
}
