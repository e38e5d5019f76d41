package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/ports"
)

// maxIDs is how many users ByIDs finds at once, as ports.UserDirectory says.
const maxIDs = 100

// selectUsers finds those who are registered.
const selectUsers = `SELECT user_id, username, coalesce(key_id, ''), coalesce(key_event, ''), coalesce(topic_id, ''), folded
	FROM projection_users_{generation} WHERE folded IS NOT NULL AND `

const (
	withID = `user_id = ?`
	// One at most, unless a user of the pool was deleted and the name given away:
	// then the same one every time.
	withUsername = `folded = ? ORDER BY folded, user_id LIMIT 1`
	usersAfter   = `(folded, user_id) > (?, ?) ORDER BY folded, user_id LIMIT ?`
)

func (u *Users) prepare(ctx context.Context) error {
	return u.generation.prepare(ctx, []statement{
		{&u.byID, selectUsers + withID},
		{&u.byUsername, selectUsers + withUsername},
		{&u.list, selectUsers + usersAfter},
	})
}

// ByID implements ports.UserDirectory.
func (u *Users) ByID(ctx context.Context, userID string) (ports.User, error) {
	return u.one(u.byID.QueryRowContext(ctx, userID))
}

// ByUsername implements ports.UserDirectory.
func (u *Users) ByUsername(ctx context.Context, username string) (ports.User, error) {
	return u.one(u.byUsername.QueryRowContext(ctx, fold(username)))
}

func (u *Users) one(row *sql.Row) (ports.User, error) {
	user, err := scanUser(row)
	if errors.Is(err, sql.ErrNoRows) {
		err = ports.ErrNotFound
	}
	return user.User, u.generation.wrap("reading", err)
}

// ByIDs implements ports.UserDirectory.
func (u *Users) ByIDs(ctx context.Context, userIDs []string) (map[string]ports.User, error) {
	if len(userIDs) > maxIDs {
		return nil, fmt.Errorf("at most %d users are found at once, not %d", maxIDs, len(userIDs))
	}
	found := make(map[string]ports.User, len(userIDs))
	if len(userIDs) == 0 {
		return found, nil
	}
	users, err := u.some(ctx, userIDs)
	if err != nil {
		return nil, u.generation.wrap("reading", err)
	}
	for _, user := range users {
		found[user.ID] = user.User
	}
	return found, nil
}

func (u *Users) some(ctx context.Context, userIDs []string) (users []listedUser, err error) {
	args := make([]any, len(userIDs))
	for i, id := range userIDs {
		args[i] = id
	}
	query := selectUsers + `user_id IN (?` + strings.Repeat(", ?", len(args)-1) + `)`
	stmt, err := u.generation.db.Read().PrepareContext(ctx, u.generation.sql(query))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	return collect(ctx, stmt, scanUser, args...)
}

// usersScope names the list of users, which is one for all callers.
const usersScope = "users"

// userPosition is the last user of a page.
type userPosition struct {
	Folded string `json:"f"`
	ID     string `json:"i"`
}

// List implements ports.UserDirectory.
func (u *Users) List(ctx context.Context, page ports.PageRequest) (ports.Page[ports.User], error) {
	var after userPosition // every user comes after the empty one
	if err := checkLimit(page); err != nil {
		return ports.Page[ports.User]{}, err
	}
	if page.Cursor != "" {
		if err := u.signer.Open(usersScope, page.Cursor, &after); err != nil {
			return ports.Page[ports.User]{}, fmt.Errorf("listing users: %w", err)
		}
	}
	users, err := collect(ctx, u.list, scanUser, after.Folded, after.ID, page.Limit+1)
	if err != nil {
		return ports.Page[ports.User]{}, u.generation.wrap("reading", err)
	}
	cut, err := pageOf(users, page.Limit, func(last listedUser) (string, error) {
		return u.signer.Seal(usersScope, userPosition{last.folded, last.ID})
	})
	if err != nil {
		return ports.Page[ports.User]{}, u.generation.wrap("listing", err)
	}
	out := ports.Page[ports.User]{Next: cut.Next, Items: make([]ports.User, len(cut.Items))}
	for i, user := range cut.Items {
		out.Items[i] = user.User
	}
	return out, nil
}
