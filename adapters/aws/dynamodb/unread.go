package dynamodb

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/ports"
)

// unreadIndex has an item for each message that is unread and none else: an item
// without the index's sort key is not in it (a sparse index).
const unreadIndex = "unread"

// Unread implements [ports.UnreadProjection] and [ports.Unread] over one table.
type Unread struct{ table table }

var (
	_ ports.UnreadProjection = (*Unread)(nil)
	_ ports.Unread           = (*Unread)(nil)
)

// NewUnread makes the adapter of a table.
func NewUnread(cfg aws.Config, tableName string) *Unread { return &Unread{newTable(cfg, tableName)} }

// Stored implements [ports.UnreadProjection].
func (u *Unread) Stored(ctx context.Context, recipientID, messageID string) error {
	err := u.table.update(ctx, update{
		key: messageKey(recipientID, messageID), set: "SET unread = :messageId",
		condition: "attribute_not_exists(#read)",
		names:     map[string]string{"#read": "read"}, values: item{":messageId": text(messageID)},
	})
	if errors.Is(err, errCondition) {
		return nil // it was read before we heard of it, or hear of it again
	}
	return err
}

// Read implements [ports.UnreadProjection].
func (u *Unread) Read(ctx context.Context, recipientID, messageID string) error {
	return u.table.update(ctx, update{
		key: messageKey(recipientID, messageID), set: "SET #read = :true REMOVE unread",
		names: map[string]string{"#read": "read"}, values: item{":true": yes()},
	})
}

// Count implements [ports.Unread]. The index is eventually consistent, mostly by
// less than a second; so is the whole projection.
func (u *Unread) Count(ctx context.Context, recipientID string) (ports.UnreadCount, error) {
	in := &sdk.QueryInput{
		TableName: aws.String(u.table.name), IndexName: aws.String(unreadIndex),
		KeyConditionExpression:    aws.String("recipientId = :recipientId"),
		ExpressionAttributeValues: item{":recipientId": text(recipientID)},
		Select:                    types.SelectCount,
	}
	count := 0
	for count <= ports.UnreadCeiling {
		in.Limit = aws.Int32(int32(ports.UnreadCeiling + 1 - count))
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
