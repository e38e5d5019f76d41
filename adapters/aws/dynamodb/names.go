package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/ports"
)

// Names implements [ports.NameRegistry] over one table, with one item per skeleton. A reservation is one
// transaction of conditional writes.
type Names struct{ table table }

var _ ports.NameRegistry = (*Names)(nil)

// NewNames returns an adapter over a table.
func NewNames(cfg aws.Config, tableName string) *Names { return &Names{newTable(cfg, tableName)} }

// Reserve implements [ports.NameRegistry].
func (n *Names) Reserve(ctx context.Context, r ports.Reservation) (inTheWay ports.Reservation, err error) {
	var writes []types.TransactWriteItem
	for _, s := range r.Skeletons {
		writes = append(writes, types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String(n.table.name), Key: item{"skeleton": text(s)},
			UpdateExpression:          aws.String("SET #name = :name, reservedAt = :at"),
			ConditionExpression:       aws.String("attribute_not_exists(#name) OR #name = :name"),
			ExpressionAttributeNames:  map[string]string{"#name": "name"},
			ExpressionAttributeValues: item{":name": text(r.Name), ":at": millis(r.At)},
			// Returns the item that refused, which saves a read.
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}})
	}
	_, err = n.table.client.TransactWriteItems(ctx, &sdk.TransactWriteItemsInput{TransactItems: writes})
	if canceled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for i, reason := range canceled.CancellationReasons {
			if aws.ToString(reason.Code) == "ConditionalCheckFailed" {
				return reserved(r.Skeletons[i], reason.Item), ports.ErrNameTaken
			}
		}
	}
	if err != nil {
		return ports.Reservation{}, fmt.Errorf("reserving in %s: %w", n.table.name, err)
	}
	return ports.Reservation{}, nil
}

// reserved reads an item. An unreadable item has no name and the year 1970.
func reserved(skeleton string, i item) ports.Reservation {
	at, _ := strconv.ParseInt(i.number("reservedAt"), 10, 64)
	return ports.Reservation{Name: i.text("name"), Skeletons: []string{skeleton}, At: time.UnixMilli(at).UTC()}
}

// Release implements [ports.NameRegistry].
func (n *Names) Release(ctx context.Context, r ports.Reservation) error {
	for _, s := range r.Skeletons {
		_, err := n.table.client.DeleteItem(ctx, &sdk.DeleteItemInput{
			TableName: aws.String(n.table.name), Key: item{"skeleton": text(s)},
			ConditionExpression:       aws.String("#name = :name AND reservedAt = :at"),
			ExpressionAttributeNames:  map[string]string{"#name": "name"},
			ExpressionAttributeValues: item{":name": text(r.Name), ":at": millis(r.At)},
		})
		if _, another := errors.AsType[*types.ConditionalCheckFailedException](err); err != nil && !another {
			return fmt.Errorf("releasing in %s: %w", n.table.name, err)
		}
	}
	return nil
}
