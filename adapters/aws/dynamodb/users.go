package dynamodb

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithytime "github.com/aws/smithy-go/time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/internal/username"
	"github.com/sealpost/sealpost/ports"
)

// Indexes of the users table.
const (
	byUsernameIndex = "byUsername"
	directoryIndex  = "directory"
)

// directoryPartition is the only partition of the index that lists all users in order. It is read a page at a
// time and written once per user, far below the limit of 1,000 writes per second.
const directoryPartition = "users"

// Users implements [ports.Projection] and [ports.UserDirectory] over one table.
type Users struct {
	rows
	cursors cursor.Signer
}

var (
	_ ports.Projection    = (*Users)(nil)
	_ ports.UserDirectory = (*Users)(nil)
)

// NewUsers returns an adapter over a table. Only List uses the signer.
func NewUsers(cfg aws.Config, tableName string, cursors cursor.Signer) *Users {
	return &Users{cursors: cursors, rows: rows{
		table: newTable(cfg, tableName), owner: "userId",
		facts: [][]string{
			projection.UserVerified: {"verifiedEventId", "username", "usernameKey"},
			projection.UserKey:      {"keyEventId", "keyId"},
			projection.UserTopic:    {"topicEventId", "topicId"},
		},
		derived: func(key projection.Key, f projection.Fact) item {
			if f.Index != projection.UserVerified {
				return nil
			}
			folded, _ := f.Values[1].(string)
			// A space sorts before every character that a username may have, so the order is by username and
			// then by id.
			return item{"directory": text(directoryPartition), "directoryKey": text(folded + " " + key.Owner)}
		},
	}}
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
	if user.Username == "" { // only its key or topic is known so far
		return ports.User{}, fmt.Errorf("user %s is not registered: %w", userID, ports.ErrNotFound)
	}
	return user, nil
}

// ByUsername implements [ports.UserDirectory]. The index sorts users of one name by when they were verified.
func (u *Users) ByUsername(ctx context.Context, name string) (ports.User, error) {
	items, _, err := u.table.page(ctx, &sdk.QueryInput{
		IndexName:                 aws.String(byUsernameIndex),
		KeyConditionExpression:    aws.String("usernameKey = :usernameKey"),
		ExpressionAttributeValues: item{":usernameKey": text(username.Key(name))},
		ScanIndexForward:          aws.Bool(false),
	}, 1)
	if err != nil {
		return ports.User{}, err
	}
	if len(items) == 0 {
		return ports.User{}, fmt.Errorf("finding a user by name: %w", ports.ErrNotFound)
	}
	return userOf(items[0]), nil
}

// batchAttempts is how often keys that DynamoDB left unprocessed are requested.
const batchAttempts = 6

// ByIDs implements [ports.UserDirectory].
func (u *Users) ByIDs(ctx context.Context, userIDs []string) (map[string]ports.User, error) {
	users := make(map[string]ports.User, len(userIDs))
	if len(userIDs) == 0 {
		return users, nil
	}
	if len(userIDs) > ports.MaxUserIDs {
		return nil, fmt.Errorf("at most %d users are found at once, not %d", ports.MaxUserIDs, len(userIDs))
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

// userKeys removes duplicate ids, which BatchGetItem refuses.
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

// directoryPosition is where a list of users continues.
type directoryPosition struct {
	Key    string `json:"k"`
	UserID string `json:"u"`
}

// directoryScope identifies the list of users in its cursors. It is the same for all callers.
const directoryScope = "users"

// List implements [ports.UserDirectory].
func (u *Users) List(ctx context.Context, page ports.PageRequest) (ports.Page[ports.User], error) {
	if err := page.CheckLimit(); err != nil {
		return ports.Page[ports.User]{}, err
	}
	in := &sdk.QueryInput{
		IndexName:                 aws.String(directoryIndex),
		KeyConditionExpression:    aws.String("#directory = :directory"),
		ExpressionAttributeNames:  map[string]string{"#directory": "directory"},
		ExpressionAttributeValues: item{":directory": text(directoryPartition)},
	}
	if page.Cursor != "" {
		var after directoryPosition
		if err := u.cursors.Open(directoryScope, page.Cursor, &after); err != nil {
			return ports.Page[ports.User]{}, err
		}
		in.ExclusiveStartKey = item{
			"directory": text(directoryPartition), "directoryKey": text(after.Key), "userId": text(after.UserID),
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
