package dynamodb

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/ports"
)

// ledgerLife is how long an entry stays after its last write. It is longer than a
// delivery can live (14 days in the queue, 14 in the dead-letter queue): what an
// entry covers must not outlive it.
const ledgerLife = 30 * 24 * time.Hour

// Ledger implements [ports.NotificationLedger] over one table. An entry is one item
// for each recipient; a claim is a conditional write, so of racing claims DynamoDB
// grants one.
type Ledger struct{ table table }

var _ ports.NotificationLedger = (*Ledger)(nil)

// NewLedger makes the adapter of a table.
func NewLedger(cfg aws.Config, tableName string) *Ledger { return &Ledger{newTable(cfg, tableName)} }

// Claim implements [ports.NotificationLedger].
func (l *Ledger) Claim(ctx context.Context, recipientID string, storedAt, now time.Time, lease time.Duration) (ports.NotificationClaim, error) {
	claim := ports.NotificationClaim{RecipientID: recipientID, At: now.UTC().Truncate(time.Millisecond), Token: rand.Text()}
	_, err := l.table.client.UpdateItem(ctx, &sdk.UpdateItemInput{
		TableName: aws.String(l.table.name), Key: item{"recipientId": text(recipientID)},
		UpdateExpression: aws.String("SET claimedAt = :at, leaseUntil = :leaseUntil, #token = :token, expiresAt = :expiresAt"),
		ConditionExpression: aws.String("(attribute_not_exists(coveredUntil) OR coveredUntil < :storedAt) AND " +
			"(attribute_not_exists(leaseUntil) OR leaseUntil <= :at)"),
		ExpressionAttributeNames: map[string]string{"#token": "token"},
		ExpressionAttributeValues: item{
			":at": millis(claim.At), ":leaseUntil": millis(claim.At.Add(lease)), ":storedAt": millis(storedAt),
			":token": text(claim.Token), ":expiresAt": seconds(claim.At.Add(ledgerLife)),
		},
		// The item that refused says why, without another read.
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		return l.refusal(refused.Item, claim, storedAt)
	}
	if err != nil {
		return ports.NotificationClaim{}, fmt.Errorf("claiming in %s: %w", l.table.name, err)
	}
	return claim, nil
}

// refusal tells a message that is covered from a recipient that somebody else is
// notifying, and both from our own claim whose answer was lost.
func (l *Ledger) refusal(entry item, claim ports.NotificationClaim, storedAt time.Time) (ports.NotificationClaim, error) {
	if entry.text("token") == claim.Token {
		return claim, nil
	}
	covered, err := strconv.ParseInt(entry.number("coveredUntil"), 10, 64)
	if err == nil && covered >= storedAt.UnixMilli() {
		return ports.NotificationClaim{}, ports.ErrCovered
	}
	return ports.NotificationClaim{}, ports.ErrClaimed
}

// Settle implements [ports.NotificationLedger]. It holds for a claim whose lease
// another took over, too: the mail was sent, and what it covers is covered. The
// other's claim then stays open.
func (l *Ledger) Settle(ctx context.Context, claim ports.NotificationClaim) error {
	err := l.settleOwn(ctx, claim)
	if !errors.Is(err, errCondition) {
		return err
	}
	err = l.table.update(ctx, update{
		key: item{"recipientId": text(claim.RecipientID)}, set: "SET coveredUntil = :at, expiresAt = :expiresAt",
		condition: "attribute_not_exists(coveredUntil) OR coveredUntil < :at",
		values:    item{":at": millis(claim.At), ":expiresAt": seconds(claim.At.Add(ledgerLife))},
	})
	if errors.Is(err, errCondition) {
		// A later mail covers as much, or this very settling is repeated. All that
		// may be left to do is to end the claim.
		return l.Release(ctx, claim)
	}
	return err
}

func (l *Ledger) settleOwn(ctx context.Context, claim ports.NotificationClaim) error {
	return l.table.update(ctx, update{
		key:       item{"recipientId": text(claim.RecipientID)},
		set:       "SET coveredUntil = :at, expiresAt = :expiresAt REMOVE claimedAt, leaseUntil, #token",
		condition: "#token = :token AND (attribute_not_exists(coveredUntil) OR coveredUntil < :at)",
		names:     map[string]string{"#token": "token"},
		values: item{
			":at": millis(claim.At), ":token": text(claim.Token), ":expiresAt": seconds(claim.At.Add(ledgerLife)),
		},
	})
}

// Release implements [ports.NotificationLedger].
func (l *Ledger) Release(ctx context.Context, claim ports.NotificationClaim) error {
	err := l.table.update(ctx, update{
		key: item{"recipientId": text(claim.RecipientID)}, set: "REMOVE claimedAt, leaseUntil, #token",
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
