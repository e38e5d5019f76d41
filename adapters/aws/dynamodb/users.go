package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/ports"
)

// The indexes of the users table.
const (
	byUsernameIndex = "byUsername"
	directoryIndex  = "directory"
)

// Users implements [ports.UserProjection] and [ports.UserDirectory] over one table.
type Users struct {
	table   table
	cursors cursor.Signer
}

var _ ports.UserDirectory = (*Users)(nil)

// NewUsers makes the adapter of a table. The signer is for List alone.
func NewUsers(cfg aws.Config, tableName string, cursors cursor.Signer) *Users {
	return &Users{newTable(cfg, tableName), cursors}
}

func userOf(i item) ports.User {
	keyedAt, _ := events.IDTime(i.text("keyEventId"))
	return ports.User{
		ID: i.text("userId"), Username: i.text("username"), KeyID: i.text("keyId"), KeyedAt: keyedAt, TopicID: i.text("topicId"),
	}
}

// ByID implements [ports.UserDirectory].
func (u *Users) ByID(ctx context.Context, userID string) (ports.User, error) {
	found, err := u.table.get(ctx, item{"userId": text(userID)})
	if err != nil {
		return ports.User{}, err
	}
	user := userOf(found)
	if user.Username == "" { // known by its key or topic only, yet
		return ports.User{}, fmt.Errorf("user %s is not registered: %w", userID, ports.ErrNotFound)
	}
	return user, nil
}

// maxNamesakes bounds how many users of one name are looked at.
const maxNamesakes = 50

// ByUsername implements [ports.UserDirectory]. The pool gives a name again only
// when its user was deleted there, so of several the last one is meant.
func (u *Users) ByUsername(ctx context.Context, username string) (ports.User, error) {
	items, _, err := u.table.page(ctx, &sdk.QueryInput{
		IndexName:                 aws.String(byUsernameIndex),
		KeyConditionExpression:    aws.String("usernameKey = :usernameKey"),
		ExpressionAttributeValues: item{":usernameKey": text(usernameKey(username))},
	}, maxNamesakes)
	if err != nil {
		return ports.User{}, err
	}
	var last item
	for _, i := range items {
		if last == nil || i.text("verifiedEventId") > last.text("verifiedEventId") {
			last = i
		}
	}
	if last == nil {
		return ports.User{}, fmt.Errorf("finding a user by name: %w", ports.ErrNotFound)
	}
	return userOf(last), nil
}

// maxBatch is the most keys that BatchGetItem takes (its API reference).
const maxBatch = 100

// batchAttempts is how often keys are asked for that DynamoDB left unprocessed.
const batchAttempts = 6

// ErrTooManyIDs means that more ids were asked for than one call may.
var ErrTooManyIDs = errors.New("more than 100 ids")

// ByIDs implements [ports.UserDirectory].
func (u *Users) ByIDs(ctx context.Context, userIDs []string) (map[string]ports.User, error) {
	users := make(map[string]ports.User, len(userIDs))
	if len(userIDs) == 0 {
		return users, nil
	}
	if len(userIDs) > maxBatch {
		return nil, ErrTooManyIDs
	}
	left := map[string]types.KeysAndAttributes{u.table.name: {Keys: userKeys(userIDs)}}
	backoff := retry.NewExponentialJitterBackoff(time.Second)
	for attempt := 1; ; attempt++ {
		out, err := u.table.client.BatchGetItem(ctx, &sdk.BatchGetItemInput{RequestItems: left})
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", u.table.name, err)
		}
		for _, i := range out.Responses[u.table.name] {
			if user := userOf(i); user.Username != "" {
				users[user.ID] = user
			}
		}
		if left = out.UnprocessedKeys; len(left) == 0 {
			return users, nil
		}
		if attempt == batchAttempts {
			return nil, fmt.Errorf("reading %s: keys left unprocessed after %d attempts", u.table.name, attempt)
		}
		if err := wait(ctx, backoff, attempt); err != nil {
			return nil, fmt.Errorf("reading %s: %w", u.table.name, err)
		}
	}
}

// userKeys leaves out repeated ids, which BatchGetItem refuses.
func userKeys(userIDs []string) []map[string]types.AttributeValue {
	seen := make(map[string]bool, len(userIDs))
	var keys []map[string]types.AttributeValue
	for _, id := range userIDs {
		if !seen[id] {
			seen[id] = true
			keys = append(keys, item{"userId": text(id)})
		}
	}
	return keys
}

func wait(ctx context.Context, backoff retry.BackoffDelayer, attempt int) error {
	d, err := backoff.BackoffDelay(attempt, nil)
	if err != nil {
		return err
	}
	return smithytime.SleepWithContext(ctx, d)
}

// directoryPosition is where a list of users goes on.
type directoryPosition struct {
	Key    string `json:"k"`
	UserID string `json:"u"`
}

// directoryScope is the list of users' name for its cursors: everybody sees the
// same list.
const directoryScope = "users"

// List implements [ports.UserDirectory].
func (u *Users) List(ctx context.Context, page ports.PageRequest) (ports.Page[ports.User], error) {
	in := &sdk.QueryInput{
		IndexName:                 aws.String(directoryIndex),
		KeyConditionExpression:    aws.String("#directory = :directory"),
		ExpressionAttributeNames:  map[string]string{"#directory": "directory"},
		ExpressionAttributeValues: item{":directory": text(everybody)},
	}
	if page.Cursor != "" {
		var after directoryPosition
		if err := u.cursors.Open(directoryScope, page.Cursor, &after); err != nil {
			return ports.Page[ports.User]{}, err
		}
		in.ExclusiveStartKey = item{
			"directory": text(everybody), "directoryKey": text(after.Key), "userId": text(after.UserID),
		}
	}
	items, more, err := u.table.page(ctx, in, page.Limit)
	if err != nil {
		return ports.Page[ports.User]{}, err
	}
	out := ports.Page[ports.User]{}
	for _, i := range items {
		out.Items = append(out.Items, userOf(i))
	}
	if more {
		last := items[len(items)-1]
		out.Next, err = u.cursors.Seal(directoryScope, directoryPosition{last.text("directoryKey"), last.text("userId")})
	}
	return out, err
}
