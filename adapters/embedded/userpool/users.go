package userpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/username"
)

type user struct {
	id        string
	username  string
	email     string
	password  []byte // sealed hash
	confirmed bool
	updated   time.Time
}

// usernameKey is equal for all spellings of one username.
func usernameKey(name string) string { return username.Key(name) }

// errNoUser means that the username or id is unknown. It never reaches a caller.
var errNoUser = errors.New("no such user")

const userColumns = `id, username, email, password, confirmed, updated_ms`

type scanner interface{ Scan(...any) error }

func scanUser(row scanner) (user, error) {
	var (
		u       user
		updated int64
	)
	err := row.Scan(&u.id, &u.username, &u.email, &u.password, &u.confirmed, &updated)
	if errors.Is(err, sql.ErrNoRows) {
		return user{}, errNoUser
	}
	if err != nil {
		return user{}, fmt.Errorf("reading a user: %w", err)
	}
	u.updated = time.UnixMilli(updated).UTC()
	return u, nil
}

const (
	selectUserByName = `SELECT ` + userColumns + ` FROM userpool_users WHERE username_key = ?`
	selectUserByID   = `SELECT ` + userColumns + ` FROM userpool_users WHERE id = ?`
)

func (p *Pool) userByName(ctx context.Context, name string) (user, error) {
	return scanUser(p.db.Read().QueryRowContext(ctx, selectUserByName, usernameKey(name)))
}

func (p *Pool) userByID(ctx context.Context, id string) (user, error) {
	return scanUser(p.db.Read().QueryRowContext(ctx, selectUserByID, id))
}

// insertUser returns errUsernameExists if the name is taken.
func insertUser(tx *sqlite.Tx, u user, now time.Time) error {
	n, err := tx.Exec(`INSERT INTO userpool_users (id, username, username_key, email, password, created_ms, updated_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (username_key) DO NOTHING`,
		u.id, u.username, usernameKey(u.username), u.email, u.password, now.UnixMilli(), now.UnixMilli())
	if err == nil && n == 0 {
		return errUsernameExists
	}
	return err
}

func confirmUser(tx *sqlite.Tx, id string, now time.Time) error {
	_, err := tx.Exec(`UPDATE userpool_users SET confirmed = 1, updated_ms = ? WHERE id = ?`, now.UnixMilli(), id)
	return err
}

func setPassword(tx *sqlite.Tx, id string, hash []byte, now time.Time) error {
	_, err := tx.Exec(`UPDATE userpool_users SET password = ?, updated_ms = ? WHERE id = ?`, hash, now.UnixMilli(), id)
	return err
}

// replacePassword returns errBadCredentials if the stored hash is no longer old.
func replacePassword(tx *sqlite.Tx, id string, old, hash []byte, now time.Time) error {
	n, err := tx.Exec(`UPDATE userpool_users SET password = ?, updated_ms = ? WHERE id = ? AND password = ?`,
		hash, now.UnixMilli(), id, old)
	if err == nil && n == 0 {
		return errBadCredentials
	}
	return err
}
