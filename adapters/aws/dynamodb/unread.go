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

// The sort keys of a message's two items begin with what they are, and end with its
// id: no id, whatever it is, makes the one look like the other.
const (
	// messages are the items of messages that are unread, and of those that were read
	// not long ago.
	messages = "message#"
	// tombstones are the items that stay for ever and say that a message was read.
	tombstones = "read#"
)

// mark is the attribute of an item whose message was read.
const mark = "read"

// markLife is how long a message that was read keeps its mark before DynamoDB may
// delete it. It must be longer than a write of stored can be under way after the
// read that precedes it: AWS refuses a request that was signed more than 15 minutes
// ago. It should not be much longer, for a count looks at marks too.
const markLife = 24 * time.Hour

// countPage is how many items one call of a count looks at. It does not shrink as
// the count grows: items with marks would then be passed one by one.
const countPage = ports.UnreadCeiling + 1

// Unread implements [ports.Projection] and [ports.Unread] over one table.
//
// A message that is unread is an item. Once it was read, the item is
// marked, to be deleted by DynamoDB a day later at no cost, and a tombstone stays.
// A MessageStored writes the item only when there is neither. The mark, in the same item,
// decides every race, because the write is conditional on its absence; the
// tombstone, which is asked for before that, holds when the mark is gone. So
// there is no moment in which a message that was read turns unread again, whatever
// the order and however many the duplicates, and no transaction.
// docs/decisions/2026-11-24-unread-without-an-index.md has the argument in full.
type Unread struct{ table table }

var (
	_ ports.Projection = (*Unread)(nil)
	_ ports.Unread     = (*Unread)(nil)
)

// NewUnread makes the adapter of a table.
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
		return nil // it was read, however long ago
	}
	if !errors.Is(err, ports.ErrNotFound) {
		return err
	}
	err = u.table.put(ctx, unreadKey(message, messages), mark)
	if errors.Is(err, errCondition) {
		return nil // it was read since
	}
	return err
}

// read takes a message out of the set for good. The tombstone comes first: a mark must
// not expire before there is one.
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

// Count implements [ports.Unread]. The query is eventually consistent, mostly by
// less than a second; so is the whole projection. It reads the unread messages and
// those that were read in the last day or, as DynamoDB deletes expired items when it
// likes, few days: half a read unit for each 40 or so.
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
