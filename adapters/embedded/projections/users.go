package projections

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/internal/username"
	"github.com/sealpost/sealpost/ports"
)

// Users writes and reads the users projection.
type Users struct{ *generations }

var _ ports.UserDirectory = Users{}

const selectUsers = `SELECT user_id, username, coalesce(key_id, ''), coalesce(key_event, ''), coalesce(topic_id, ''), folded
	FROM {table} WHERE folded IS NOT NULL AND `

const (
	userByID = iota
	userByName
	usersByIDs
	usersInOrder
)

var usersTable = table{
	Projection: projection.Users,
	owner:      "user_id",
	facts: [][]string{
		projection.UserVerified: {"verified_event", "username", "folded"},
		projection.UserKey:      {"key_event", "key_id"},
		projection.UserTopic:    {"topic_event", "topic_id"},
	},
	schema: []string{
		`CREATE TABLE {table} (
			user_id TEXT PRIMARY KEY,
			username TEXT,
			folded TEXT, -- what a username is looked up and sorted by
			verified_event TEXT,
			key_id TEXT,
			key_event TEXT,
			topic_id TEXT,
			topic_event TEXT
		) STRICT, WITHOUT ROWID`,
		// An unregistered user has no username and is not in this index.
		`CREATE INDEX {table}_folded ON {table} (folded, user_id) WHERE folded IS NOT NULL`,
	},
	queries: []string{
		userByID: selectUsers + `user_id = ?`,
		// Among users of one name, selects the row with the maximum.
		userByName: `SELECT user_id, username, coalesce(key_id, ''), coalesce(key_event, ''), coalesce(topic_id, ''), folded
			FROM (SELECT *, max(verified_event) FROM {table} WHERE folded = ? GROUP BY folded)`,
		usersByIDs:   selectUsers + `user_id IN (SELECT value FROM json_each(?))`,
		usersInOrder: selectUsers + `(folded, user_id) > (?, ?) ORDER BY folded, user_id LIMIT ?`,
	},
	digest: `SELECT user_id, username, folded, verified_event, key_id, key_event, topic_id, topic_event
		FROM {table} ORDER BY user_id`,
}

// listedUser also has what the list is sorted by.
type listedUser struct {
	ports.User
	folded string
}

func scanUser(row scanner) (user listedUser, err error) {
	var keyEvent string
	err = row.Scan(&user.ID, &user.Username, &user.KeyID, &keyEvent, &user.TopicID, &user.folded)
	user.KeyedAt, _ = events.IDTime(keyEvent)
	return user, err
}

// ByID implements [ports.UserDirectory].
func (u Users) ByID(ctx context.Context, userID string) (ports.User, error) {
	user, err := readOne(ctx, u.generations, userByID, scanUser, userID)
	return user.User, err
}

// ByUsername implements [ports.UserDirectory].
func (u Users) ByUsername(ctx context.Context, name string) (ports.User, error) {
	user, err := readOne(ctx, u.generations, userByName, scanUser, username.Key(name))
	return user.User, err
}

// ByIDs implements [ports.UserDirectory].
func (u Users) ByIDs(ctx context.Context, userIDs []string) (map[string]ports.User, error) {
	if len(userIDs) > ports.MaxUserIDs {
		return nil, fmt.Errorf("at most %d users are found at once, not %d", ports.MaxUserIDs, len(userIDs))
	}
	ids, err := json.Marshal(userIDs)
	if err != nil {
		return nil, u.failed("reading", err)
	}
	users, err := readAll(ctx, u.generations, usersByIDs, scanUser, string(ids))
	if err != nil {
		return nil, err
	}
	found := make(map[string]ports.User, len(users))
	for _, user := range users {
		found[user.ID] = user.User
	}
	return found, nil
}

// userPosition is the last user of a page. The zero value is before every user.
type userPosition struct {
	Folded string `json:"f"`
	ID     string `json:"i"`
}

// List implements [ports.UserDirectory].
func (u Users) List(ctx context.Context, page ports.PageRequest) (ports.Page[ports.User], error) {
	found, err := readPage(ctx, u.generations, list[listedUser, userPosition]{
		scope: "users", query: usersInOrder, scan: scanUser,
		args:     func(after userPosition) []any { return []any{after.Folded, after.ID} },
		position: func(last listedUser) userPosition { return userPosition{last.folded, last.ID} },
	}, page)
	out := ports.Page[ports.User]{Next: found.Next}
	for _, user := range found.Items {
		out.Items = append(out.Items, user.User)
	}
	return out, err
}
