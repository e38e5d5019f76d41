package dynamodb

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// behindMessages is greater than the sort key of every message and less than that of every tombstone.
const behindMessages = "message$"

// From implements [ports.Unread]. It reads the same items as Count, from the id on.
func (u *Unread) From(ctx context.Context, recipientID, messageID string, limit int) ([]string, error) {
	in := &sdk.QueryInput{
		TableName:                aws.String(u.table.name),
		KeyConditionExpression:   aws.String("recipientId = :recipientId AND entry BETWEEN :from AND :behind"),
		FilterExpression:         aws.String("attribute_not_exists(#mark)"),
		ExpressionAttributeNames: map[string]string{"#mark": mark},
		ExpressionAttributeValues: item{
			":recipientId": text(recipientID), ":from": text(messages + messageID), ":behind": text(behindMessages),
		},
		Limit: aws.Int32(countPage),
	}
	var ids []string
	for len(ids) < limit {
		out, err := u.table.client.Query(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", u.table.name, err)
		}
		for _, entry := range out.Items {
			ids = append(ids, strings.TrimPrefix(item(entry).text("entry"), messages))
		}
		if len(out.LastEvaluatedKey) == 0 {
			break
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	return ids[:min(len(ids), limit)], nil
}
