package dynamodb

import (
	"context"
	"errors"
	"strings"

	"github.com/sealpost/sealpost/ports"
)

// everybody is the one partition of the index that lists all users in order. It is
// read a page at a time and written once for each user, far below the 1,000 writes
// a second that a partition takes.
const everybody = "users"

var _ ports.UserProjection = (*Users)(nil)

// Verified implements [ports.UserProjection].
func (u *Users) Verified(ctx context.Context, userID, username, eventID string) error {
	key := usernameKey(username)
	return u.fact(ctx, userID, "verifiedEventId", eventID,
		"username = :username, usernameKey = :usernameKey, #directory = :directory, directoryKey = :directoryKey",
		map[string]string{"#directory": "directory"},
		item{
			":username": text(username), ":usernameKey": text(key),
			":directory": text(everybody), ":directoryKey": text(directoryKey(key, userID)),
		})
}

// KeyCreated implements [ports.UserProjection].
func (u *Users) KeyCreated(ctx context.Context, userID, keyID, eventID string) error {
	return u.fact(ctx, userID, "keyEventId", eventID, "keyId = :value", nil, item{":value": text(keyID)})
}

// TopicCreated implements [ports.UserProjection].
func (u *Users) TopicCreated(ctx context.Context, userID, topicID, eventID string) error {
	return u.fact(ctx, userID, "topicEventId", eventID, "topicId = :value", nil, item{":value": text(topicID)})
}

// fact sets what one event says about a user, unless an event with a smaller id
// has said it already: so every order of events ends alike.
func (u *Users) fact(ctx context.Context, userID, by, eventID, set string, names map[string]string, values item) error {
	values[":event"] = text(eventID)
	err := u.table.update(ctx, update{
		key:       item{"userId": text(userID)},
		set:       "SET " + set + ", " + by + " = :event",
		condition: "attribute_not_exists(" + by + ") OR " + by + " > :event",
		names:     names, values: values,
	})
	if errors.Is(err, errCondition) {
		return nil
	}
	return err
}

// usernameKey is how a username is looked up: without regard to case.
func usernameKey(username string) string { return strings.ToLower(username) }

// directoryKey sorts by username and then by id: a space sorts before everything
// that the user pool admits in a username.
func directoryKey(usernameKey, userID string) string { return usernameKey + " " + userID }
