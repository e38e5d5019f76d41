package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// Inbox implements [ports.Projection] and [ports.Inbox] over one table.
type Inbox struct {
	rows
	cursors cursor.Signer
}

var (
	_ ports.Projection = (*Inbox)(nil)
	_ ports.Inbox      = (*Inbox)(nil)
)

// NewInbox returns an adapter over a table. Only List uses the signer.
func NewInbox(cfg aws.Config, tableName string, cursors cursor.Signer) *Inbox {
	return &Inbox{cursors: cursors, rows: rows{
		table: newTable(cfg, tableName), owner: "recipientId", item: "messageId",
		facts: [][]string{
			projection.InboxStored: {"storedEventId", "senderId", "objectKey", "keyId", "wrappedKey", "algorithm", "size", "sentAt"},
		},
		stages: []string{projection.StageRead: "read"},
	}}
}

// Get implements [ports.Inbox].
func (b *Inbox) Get(ctx context.Context, recipientID, messageID string) (ports.InboxMessage, error) {
	found, err := b.table.get(ctx, b.key(projection.Key{Owner: recipientID, Item: messageID}))
	if err != nil {
		return ports.InboxMessage{}, err
	}
	if found.text("objectKey") == "" { // its MessageRead came first
		return ports.InboxMessage{}, fmt.Errorf("message %s is not stored yet: %w", messageID, ports.ErrNotFound)
	}
	return messageOf(found)
}

func messageOf(i item) (ports.InboxMessage, error) {
	m := ports.InboxMessage{
		ID: i.text("messageId"), RecipientID: i.text("recipientId"), SenderID: i.text("senderId"),
		ObjectKey: i.text("objectKey"), KeyID: i.text("keyId"), WrappedKey: i.bytes("wrappedKey"),
		Algorithm: i.text("algorithm"), Read: i.flag("read"),
	}
	size, badSize := strconv.ParseInt(i.number("size"), 10, 64)
	sentAt, badTime := strconv.ParseInt(i.number("sentAt"), 10, 64)
	if err := errors.Join(badSize, badTime); err != nil {
		return m, fmt.Errorf("reading message %s: %w", m.ID, err)
	}
	m.Size, m.SentAt = size, time.UnixMilli(sentAt).UTC()
	return m, nil
}

// List implements [ports.Inbox]. It finds unread messages by reading all messages from the newest end, where
// most unread ones are.
func (b *Inbox) List(ctx context.Context, recipientID string, filter ports.InboxFilter, page ports.PageRequest) (ports.Page[ports.InboxMessage], error) {
	if err := page.CheckLimit(); err != nil {
		return ports.Page[ports.InboxMessage]{}, err
	}
	scope := inboxScope(recipientID, filter)
	in := inboxQuery(recipientID, filter)
	if page.Cursor != "" {
		var after string
		if err := b.cursors.Open(scope, page.Cursor, &after); err != nil {
			return ports.Page[ports.InboxMessage]{}, err
		}
		in.ExclusiveStartKey = b.key(projection.Key{Owner: recipientID, Item: after})
	}
	items, more, err := b.table.page(ctx, in, page.Limit)
	if err != nil {
		return ports.Page[ports.InboxMessage]{}, err
	}
	out := ports.Page[ports.InboxMessage]{}
	for _, i := range items {
		m, err := messageOf(i)
		if err != nil {
			return ports.Page[ports.InboxMessage]{}, err
		}
		out.Items = append(out.Items, m)
	}
	if more {
		out.Next, err = b.cursors.Seal(scope, out.Items[len(out.Items)-1].ID)
	}
	return out, err
}

func inboxQuery(recipientID string, filter ports.InboxFilter) *sdk.QueryInput {
	in := &sdk.QueryInput{
		KeyConditionExpression:    aws.String("recipientId = :recipientId"),
		FilterExpression:          aws.String("attribute_exists(objectKey)"),
		ExpressionAttributeValues: item{":recipientId": text(recipientID)},
		ScanIndexForward:          aws.Bool(false),
	}
	if filter.UnreadOnly {
		in.FilterExpression = aws.String("attribute_exists(objectKey) AND attribute_not_exists(#read)")
		in.Limit = aws.Int32(sparse)
		in.ExpressionAttributeNames = map[string]string{"#read": "read"}
	}
	return in
}

// inboxScope identifies a recipient's list, of all or of unread messages, in its cursors. The filter comes
// first so that no user id can imitate it.
func inboxScope(recipientID string, filter ports.InboxFilter) string {
	if filter.UnreadOnly {
		return "inbox-unread " + recipientID
	}
	return "inbox-all " + recipientID
}
