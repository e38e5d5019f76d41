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

// item is an item, a key, or the values of an expression.
type item map[string]types.AttributeValue

type table struct {
	client *sdk.Client
	name   string
}

func newTable(cfg aws.Config, name string) table {
	return table{client: sdk.NewFromConfig(cfg), name: name}
}

type update struct {
	key       item
	set       string
	condition string
	names     map[string]string
	values    item
}

// errCondition means that a write's condition did not hold and nothing changed.
var errCondition = errors.New("condition does not hold")

func (t table) update(ctx context.Context, u update) error {
	in := &sdk.UpdateItemInput{
		TableName: aws.String(t.name), Key: u.key, UpdateExpression: aws.String(u.set),
		ExpressionAttributeNames: u.names, ExpressionAttributeValues: u.values,
	}
	if u.condition != "" {
		in.ConditionExpression = aws.String(u.condition)
	}
	_, err := t.client.UpdateItem(ctx, in)
	return t.written(err)
}

// put writes a whole item with PutItem. If the existing item has the attribute named unless, put returns
// errCondition ("" disables the check).
func (t table) put(ctx context.Context, i item, unless string) error {
	in := &sdk.PutItemInput{TableName: aws.String(t.name), Item: i}
	if unless != "" {
		in.ConditionExpression = aws.String("attribute_not_exists(#unless)")
		in.ExpressionAttributeNames = map[string]string{"#unless": unless}
	}
	_, err := t.client.PutItem(ctx, in)
	return t.written(err)
}

func (t table) written(err error) error {
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return errCondition
	}
	if err != nil {
		return fmt.Errorf("writing to %s: %w", t.name, err)
	}
	return nil
}

// get reads one item, strongly consistent: a message that its owner saw in a list must not be missing a
// moment later.
func (t table) get(ctx context.Context, key item) (item, error) {
	out, err := t.client.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String(t.name), Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", t.name, err)
	}
	if len(out.Item) == 0 {
		return nil, fmt.Errorf("reading %s: %w", t.name, ports.ErrNotFound)
	}
	return out.Item, nil
}

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

// text reads a string attribute, "" if absent.
func (i item) text(name string) string {
	if v, ok := i[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

// flag reads a boolean attribute, false if absent.
func (i item) flag(name string) bool {
	v, ok := i[name].(*types.AttributeValueMemberBOOL)
	return ok && v.Value
}

// bytes reads a binary attribute, nil if absent.
func (i item) bytes(name string) []byte {
	if v, ok := i[name].(*types.AttributeValueMemberB); ok {
		return v.Value
	}
	return nil
}

// number reads a number attribute as text, "" if absent.
func (i item) number(name string) string {
	if v, ok := i[name].(*types.AttributeValueMemberN); ok {
		return v.Value
	}
	return ""
}
