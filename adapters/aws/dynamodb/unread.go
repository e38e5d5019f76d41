package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// The sort keys of a message's two items are a prefix and the message's id, so no id can make one look like
// the other.
const (
	// messages are the items of unread and of recently read messages.
	messages = "message#"
	// tombstones are permanent items that record that a message was read.
	tombstones = "read#"
)

// mark is the attribute of a read message's item.
const mark = "read"

// markLife is how long a read message keeps its marked item before DynamoDB may delete it. It must be longer
// than a write of stored can still be under way after the preceding check; AWS refuses a request that was
// signed more than 15 minutes ago. It should not be much longer, because counts read marked items too.
const markLife = 24 * time.Hour

// countPage is how many items one call of a count reads. It stays constant as the count grows, because
// otherwise marked items would be read one by one.
const countPage = ports.UnreadCeiling + 1

// Unread implements [ports.Projection] and [ports.Unread] over one table.
//
// An unread message is an item. When it is read, the item is marked, to be deleted by DynamoDB a day later at
// no cost, and a tombstone is written. A MessageStored writes the item only if neither mark nor tombstone
// exists. The mark is in the same item and decides every race, because the write is conditional on its
// absence. The tombstone is checked before the write, and takes over when the mark is gone. So a read message
// never turns unread again, in any order, with any duplicates, and without transactions.
// docs/decisions/2026-11-24-unread-without-an-index.md has the full argument.
type Unread struct{ table table }

var (
	_ ports.Projection = (*Unread)(nil)
	_ ports.Unread     = (*Unread)(nil)
)

// NewUnread returns an adapter over a table.
func NewUnread(cfg aws.Config, tableName string) *Unread { return &Unread{newTable(cfg, tableName)} }

// Apply implements [ports.Projection].
func (u *Unread) Apply(ctx context.Context, changes []projection.Change) error {
	return apply(ctx, changes, func(ctx context.Context, c projection.Change) error {
		if c.Stage >= projection.StageRead {
			return u.read(ctx, c.Key)
		}
		return u.stored(ctx, c.Key)
	})
}

// stored adds a message to the set, unless it was read.
func (u *Unread) stored(ctx context.Context, message projection.Key) error {
	_, err := u.table.get(ctx, unreadKey(message, tombstones))
	if err == nil {
		return nil // read at any time
	}
	if !errors.Is(err, ports.ErrNotFound) {
		return err
	}
	err = u.table.put(ctx, unreadKey(message, messages), mark)
	if errors.Is(err, errCondition) {
		return nil // read since the check
	}
	return err
}

// read removes a message from the set permanently. The tombstone comes first, because a mark must not expire
// before the tombstone exists.
func (u *Unread) read(ctx context.Context, message projection.Key) error {
	if err := u.table.put(ctx, unreadKey(message, tombstones), ""); err != nil {
		return err
	}
	marked := unreadKey(message, messages)
	marked[mark] = yes()
	marked["expiresAt"] = seconds(time.Now().Add(markLife))
	return u.table.put(ctx, marked, "")
}

func unreadKey(message projection.Key, kind string) item {
	return item{"recipientId": text(message.Owner), "entry": text(kind + message.Item)}
}

// Count implements [ports.Unread]. The query is eventually consistent (mostly by less than a second), like
// the whole projection. It reads the unread messages and those that were read in the last day or few days,
// depending on when DynamoDB deletes expired items. It costs half a read unit for about 40 items.
func (u *Unread) Count(ctx context.Context, recipientID string) (ports.UnreadCount, error) {
	in := &sdk.QueryInput{
		TableName:                 aws.String(u.table.name),
		KeyConditionExpression:    aws.String("recipientId = :recipientId AND begins_with(entry, :messages)"),
		FilterExpression:          aws.String("attribute_not_exists(#mark)"),
		ExpressionAttributeNames:  map[string]string{"#mark": mark},
		ExpressionAttributeValues: item{":recipientId": text(recipientID), ":messages": text(messages)},
		Select:                    types.SelectCount,
		Limit:                     aws.Int32(countPage),
	}
	count := 0
	for count <= ports.UnreadCeiling {
		out, err := u.table.client.Query(ctx, in)
		if err != nil {
			return ports.UnreadCount{}, fmt.Errorf("counting in %s: %w", u.table.name, err)
		}
		count += int(out.Count)
		if len(out.LastEvaluatedKey) == 0 {
			break
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	return ports.UnreadCount{Unread: min(count, ports.UnreadCeiling), More: count > ports.UnreadCeiling}, nil
}
