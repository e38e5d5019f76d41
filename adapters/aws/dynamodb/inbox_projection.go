package dynamodb

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/ports"
)

var _ ports.InboxProjection = (*Inbox)(nil)

// sentAtFormat always has three decimals, so that the times of one table look alike.
const sentAtFormat = "2006-01-02T15:04:05.000Z07:00"

func messageKey(recipientID, messageID string) item {
	return item{"recipientId": text(recipientID), "messageId": text(messageID)}
}

// Stored implements [ports.InboxProjection].
func (b *Inbox) Stored(ctx context.Context, m ports.InboxMessage) error {
	return b.table.update(ctx, update{
		key: messageKey(m.RecipientID, m.ID),
		set: "SET senderId = :senderId, objectKey = :objectKey, keyId = :keyId, wrappedKey = :wrappedKey, " +
			"algorithm = :algorithm, #size = :size, sentAt = :sentAt",
		names: map[string]string{"#size": "size"},
		values: item{
			":senderId": text(m.SenderID), ":objectKey": text(m.ObjectKey), ":keyId": text(m.KeyID),
			":wrappedKey": &types.AttributeValueMemberB{Value: m.WrappedKey},
			":algorithm":  text(m.Algorithm),
			":size":       &types.AttributeValueMemberN{Value: strconv.FormatInt(m.Size, 10)},
			":sentAt":     text(m.SentAt.UTC().Truncate(time.Millisecond).Format(sentAtFormat)),
		},
	})
}

// Read implements [ports.InboxProjection].
func (b *Inbox) Read(ctx context.Context, recipientID, messageID string) error {
	return b.table.update(ctx, update{
		key: messageKey(recipientID, messageID), set: "SET #read = :true",
		names: map[string]string{"#read": "read"}, values: item{":true": yes()},
	})
}

func yes() types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: true} }
