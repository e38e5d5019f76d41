package dynamodb

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/ports"
)

// ledgerLife is how long an entry stays after its last write. It is longer than a delivery can live (14 days
// in the queue, 14 in the dead-letter queue), so that no redelivery is notified again.
const ledgerLife = 30 * 24 * time.Hour

// Ledger implements [ports.NotificationLedger] over one table, with one item per recipient. The counted
// messages are a set of strings that is only ever added to and deleted from, so late or repeated writes lose
// nothing. A claim is a conditional write, so DynamoDB grants one of concurrent claims.
type Ledger struct{ table table }

var _ ports.NotificationLedger = (*Ledger)(nil)

// NewLedger returns an adapter over a table.
func NewLedger(cfg aws.Config, tableName string) *Ledger { return &Ledger{newTable(cfg, tableName)} }

// Claim implements [ports.NotificationLedger]. It reads before it writes: most deliveries of a burst are
// already counted, and a read costs a fifth of a refused conditional write.
func (l *Ledger) Claim(ctx context.Context, recipientID string, messageIDs []string, now time.Time, lease time.Duration) (ports.NotificationClaim, error) {
	entry, err := l.table.get(ctx, entryKey(recipientID))
	if err != nil && !errors.Is(err, ports.ErrNotFound) {
		return ports.NotificationClaim{}, err
	}
	counted := entry.texts("counted")
	claim := ports.NotificationClaim{RecipientID: recipientID, Token: rand.Text()}
	claim.MessageIDs = slices.DeleteFunc(slices.Clone(messageIDs), func(id string) bool { return slices.Contains(counted, id) })
	if len(claim.MessageIDs) == 0 {
		return ports.NotificationClaim{}, ports.ErrCovered
	}
	if claimed(entry, now) {
		return ports.NotificationClaim{}, ports.ErrClaimed
	}
	return l.claim(ctx, claim, entry, now, lease)
}

// claimed reports whether the entry has an open claim. The times come from two functions' clocks, which may
// differ slightly.
func claimed(entry item, now time.Time) bool {
	at, atErr := strconv.ParseInt(entry.number("claimedAt"), 10, 64)
	until, untilErr := strconv.ParseInt(entry.number("leaseUntil"), 10, 64)
	since := now.Sub(time.UnixMilli(at)).Abs()
	return atErr == nil && untilErr == nil && since < time.UnixMilli(until).Sub(time.UnixMilli(at))
}

// claim writes the claim, unless another worker has written one since the entry was read.
func (l *Ledger) claim(ctx context.Context, claim ports.NotificationClaim, entry item, now time.Time, lease time.Duration) (ports.NotificationClaim, error) {
	in := &sdk.UpdateItemInput{
		TableName: aws.String(l.table.name), Key: entryKey(claim.RecipientID),
		UpdateExpression:         aws.String("SET claimedAt = :at, leaseUntil = :leaseUntil, #token = :token, expiresAt = :expiresAt"),
		ConditionExpression:      aws.String("attribute_not_exists(#token) AND NOT contains(counted, :first)"),
		ExpressionAttributeNames: map[string]string{"#token": "token"},
		ExpressionAttributeValues: item{
			":at": millis(now), ":leaseUntil": millis(now.Add(lease)), ":token": text(claim.Token),
			":expiresAt": seconds(now.Add(ledgerLife)), ":first": text(claim.MessageIDs[0]),
		},
		// Returns the item that refused, which saves a read.
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if seen := entry.text("token"); seen != "" { // its lease is over
		in.ConditionExpression = aws.String("#token = :seen AND NOT contains(counted, :first)")
		in.ExpressionAttributeValues[":seen"] = text(seen)
	}
	if forget := claim.Forgettable(entry.texts("counted")); len(forget) > 0 {
		in.UpdateExpression = aws.String(*in.UpdateExpression + " DELETE counted :forget")
		in.ExpressionAttributeValues[":forget"] = texts(forget)
	}
	_, err := l.table.client.UpdateItem(ctx, in)
	var refused *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &refused) && item(refused.Item).text("token") == claim.Token:
		return claim, nil // our own claim, whose answer was lost
	case errors.As(err, &refused):
		// Another worker has a claim and may have counted some of the messages. The next attempt reads the
		// result.
		return ports.NotificationClaim{}, ports.ErrClaimed
	case err != nil:
		return ports.NotificationClaim{}, fmt.Errorf("claiming in %s: %w", l.table.name, err)
	}
	return claim, nil
}

// Complete implements [ports.NotificationLedger].
func (l *Ledger) Complete(ctx context.Context, claim ports.NotificationClaim, counted []string) error {
	expires := seconds(time.Now().Add(ledgerLife))
	err := l.table.update(ctx, update{
		key:       entryKey(claim.RecipientID),
		set:       "ADD counted :counted SET expiresAt = :expiresAt REMOVE claimedAt, leaseUntil, #token",
		condition: "#token = :token",
		names:     map[string]string{"#token": "token"},
		values:    item{":counted": texts(counted), ":token": text(claim.Token), ":expiresAt": expires},
	})
	if !errors.Is(err, errCondition) {
		return err
	}
	// Another worker took over the claim, or this call is a repetition. The mail was sent in either case.
	return l.table.update(ctx, update{
		key: entryKey(claim.RecipientID), set: "ADD counted :counted SET expiresAt = :expiresAt",
		values: item{":counted": texts(counted), ":expiresAt": expires},
	})
}

func entryKey(recipientID string) item { return item{"recipientId": text(recipientID)} }

// Release implements [ports.NotificationLedger].
func (l *Ledger) Release(ctx context.Context, claim ports.NotificationClaim) error {
	err := l.table.update(ctx, update{
		key: entryKey(claim.RecipientID), set: "REMOVE claimedAt, leaseUntil, #token",
		condition: "#token = :token",
		names:     map[string]string{"#token": "token"}, values: item{":token": text(claim.Token)},
	})
	if errors.Is(err, errCondition) {
		return nil
	}
	return err
}

func millis(t time.Time) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(t.UnixMilli(), 10)}
}

func seconds(t time.Time) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(t.Unix(), 10)}
}

// texts returns a set of strings.
func texts(values []string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: values} }

// texts reads a set of strings, nil if absent.
func (i item) texts(name string) []string {
	if v, ok := i[name].(*types.AttributeValueMemberSS); ok {
		return v.Value
	}
	return nil
}
