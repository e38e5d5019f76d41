package projections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/ports"
)

// Users is one generation of the users projection. It implements
// ports.UserProjection and ports.UserDirectory.
type Users struct {
	generation generation
	signer     cursor.Signer

	verified, keyCreated, topicCreated string
	byID, byUsername, list             *sql.Stmt
}

var (
	_ ports.UserProjection = (*Users)(nil)
	_ ports.UserDirectory  = (*Users)(nil)
)

var usersSchema = []string{
	// Beside each fact stands the id of the event that it came with: the smaller one
	// stays. folded is what a username is looked up and sorted by.
	`CREATE TABLE projection_users_{generation} (
		user_id TEXT PRIMARY KEY,
		username TEXT,
		folded TEXT,
		verified_event TEXT,
		key_id TEXT,
		key_event TEXT,
		topic_id TEXT,
		topic_event TEXT
	) STRICT, WITHOUT ROWID`,
	// Who is not registered yet has no username, and is not in it.
	`CREATE INDEX projection_users_{generation}_folded ON projection_users_{generation} (folded, user_id)
		WHERE folded IS NOT NULL`,
}

// NewUsers opens a generation of the users projection, and makes its tables if it
// is new. The signer signs the cursors of its lists.
func NewUsers(ctx context.Context, db *sqlite.DB, number int, signer cursor.Signer) (*Users, error) {
	g, err := openGeneration(ctx, db, UsersName, number, usersSchema)
	if err != nil {
		return nil, err
	}
	u := &Users{
		generation: g, signer: signer,
		verified: g.sql(`INSERT INTO projection_users_{generation} (user_id, username, folded, verified_event) VALUES (?, ?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE
			SET username = excluded.username, folded = excluded.folded, verified_event = excluded.verified_event
			WHERE verified_event IS NULL OR excluded.verified_event < verified_event`),
		keyCreated: g.sql(`INSERT INTO projection_users_{generation} (user_id, key_id, key_event) VALUES (?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE SET key_id = excluded.key_id, key_event = excluded.key_event
			WHERE key_event IS NULL OR excluded.key_event < key_event`),
		topicCreated: g.sql(`INSERT INTO projection_users_{generation} (user_id, topic_id, topic_event) VALUES (?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE SET topic_id = excluded.topic_id, topic_event = excluded.topic_event
			WHERE topic_event IS NULL OR excluded.topic_event < topic_event`),
	}
	return u, u.prepare(ctx)
}

// fold gives the form in which usernames are compared. The user pool takes no two
// usernames that differ in case alone.
func fold(username string) string { return strings.ToLower(username) }

// Verified implements ports.UserProjection.
func (u *Users) Verified(ctx context.Context, userID, username, eventID string) error {
	return u.generation.write(ctx, func(tx *sqlite.Tx) error { return u.putVerified(tx, userID, username, eventID) })
}

func (u *Users) putVerified(tx *sqlite.Tx, userID, username, eventID string) error {
	_, err := tx.Exec(u.verified, userID, username, fold(username), eventID)
	return err
}

// KeyCreated implements ports.UserProjection.
func (u *Users) KeyCreated(ctx context.Context, userID, keyID, eventID string) error {
	return u.generation.write(ctx, func(tx *sqlite.Tx) error { return u.putKeyCreated(tx, userID, keyID, eventID) })
}

func (u *Users) putKeyCreated(tx *sqlite.Tx, userID, keyID, eventID string) error {
	_, err := tx.Exec(u.keyCreated, userID, keyID, eventID)
	return err
}

// TopicCreated implements ports.UserProjection.
func (u *Users) TopicCreated(ctx context.Context, userID, topicID, eventID string) error {
	return u.generation.write(ctx, func(tx *sqlite.Tx) error { return u.putTopicCreated(tx, userID, topicID, eventID) })
}

func (u *Users) putTopicCreated(tx *sqlite.Tx, userID, topicID, eventID string) error {
	_, err := tx.Exec(u.topicCreated, userID, topicID, eventID)
	return err
}

// scanUser also reads what a list sorts by.
func scanUser(row scanner) (user listedUser, err error) {
	var keyEvent string
	err = row.Scan(&user.ID, &user.Username, &user.KeyID, &keyEvent, &user.TopicID, &user.folded)
	user.KeyedAt, _ = events.IDTime(keyEvent)
	if err != nil {
		return listedUser{}, fmt.Errorf("reading a user: %w", err)
	}
	return user, nil
}

type listedUser struct {
	ports.User
	folded string
}
