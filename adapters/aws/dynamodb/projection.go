package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/internal/projection"
)

// parallel is how many rows are written at once.
const parallel = 64

// apply merges changes and writes their rows concurrently.
func apply(ctx context.Context, changes []projection.Change, write func(context.Context, projection.Change) error) error {
	var g errgroup.Group
	g.SetLimit(parallel)
	for _, c := range projection.MergeAll(changes) {
		g.Go(func() error { return write(ctx, c) })
	}
	return g.Wait()
}

// rows is a projection whose rows are items and whose facts are their attributes.
type rows struct {
	table table
	// owner and item are key attributes. item is empty if an owner has only one row.
	owner, item string
	// facts has the attributes of each fact, starting with the event id's.
	facts [][]string
	// stages has the attributes that are true from each stage on; the first stage has none.
	stages []string
	// derived returns attributes derived from a fact, for indexes. It may be nil.
	derived func(projection.Key, projection.Fact) item
}

// Apply implements [github.com/sealpost/sealpost/ports.Projection]. Each fact and each stage is one
// UpdateItem, which sets only its own attributes.
func (r rows) Apply(ctx context.Context, changes []projection.Change) error {
	return apply(ctx, changes, r.write)
}

func (r rows) key(k projection.Key) item {
	key := item{r.owner: text(k.Owner)}
	if r.item != "" {
		key[r.item] = text(k.Item)
	}
	return key
}

func (r rows) write(ctx context.Context, c projection.Change) error {
	for _, f := range c.Facts {
		if err := r.writeFact(ctx, c.Key, f); err != nil {
			return err
		}
	}
	for stage := 1; stage <= c.Stage; stage++ {
		err := r.table.update(ctx, update{
			key: r.key(c.Key), set: "SET #stage = :true",
			names: map[string]string{"#stage": r.stages[stage]}, values: item{":true": yes()},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeFact sets the attributes of a fact, unless an event with a smaller id has set them.
func (r rows) writeFact(ctx context.Context, key projection.Key, f projection.Fact) error {
	attributes := item{r.facts[f.Index][0]: text(f.EventID)}
	for i, v := range f.Values {
		value, err := attributeOf(v)
		if err != nil {
			return err
		}
		attributes[r.facts[f.Index][i+1]] = value
	}
	if r.derived != nil {
		for name, value := range r.derived(key, f) {
			attributes[name] = value
		}
	}
	u := update{
		key:       r.key(key),
		condition: "attribute_not_exists(#event) OR #event > :event",
		names:     map[string]string{"#event": r.facts[f.Index][0]}, values: item{":event": text(f.EventID)},
	}
	var set []string
	for name, value := range attributes {
		placeholder := strconv.Itoa(len(set))
		u.names["#"+placeholder], u.values[":"+placeholder] = name, value
		set = append(set, "#"+placeholder+" = :"+placeholder)
	}
	u.set = "SET " + strings.Join(set, ", ")
	if err := r.table.update(ctx, u); !errors.Is(err, errCondition) {
		return err
	}
	return nil
}

func attributeOf(value any) (types.AttributeValue, error) {
	switch v := value.(type) {
	case string:
		return text(v), nil
	case []byte:
		return &types.AttributeValueMemberB{Value: v}, nil
	case int64:
		return &types.AttributeValueMemberN{Value: strconv.FormatInt(v, 10)}, nil
	}
	return nil, fmt.Errorf("no attribute for a %T", value)
}

func yes() types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: true} }
