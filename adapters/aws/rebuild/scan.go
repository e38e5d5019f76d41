package rebuild

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"
)

const segments = 4

// reader reads one table within a rate.
type reader struct {
	client *dynamodb.Client
	table  string
	// key is the name of the partition key, which is the user. keys are all names of the key.
	key     string
	keys    []string
	limiter *rate.Limiter
}

func (r *Rebuilder) newReader(ctx context.Context, key string) (*reader, error) {
	name := r.stack.Tables[key]
	out, err := r.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(name)})
	if err != nil {
		return nil, fmt.Errorf("looking at the table of %s: %w", key, stale(err))
	}
	t := &reader{client: r.tables, table: name, limiter: rate.NewLimiter(rate.Limit(r.readRate), max(r.readRate, maxPageUnits))}
	for _, k := range out.Table.KeySchema {
		t.keys = append(t.keys, aws.ToString(k.AttributeName))
		if k.KeyType == types.KeyTypeHash {
			t.key = aws.ToString(k.AttributeName)
		}
	}
	return t, nil
}

// maxPageUnits is what the largest page costs: 1 MB in units of 4 KB.
const maxPageUnits = 256

// pay waits until the rate allows what was read.
func (t *reader) pay(ctx context.Context, used *types.ConsumedCapacity) error {
	if used == nil {
		return nil
	}
	return t.limiter.WaitN(ctx, min(int(aws.ToFloat64(used.CapacityUnits)), t.limiter.Burst()))
}

// tally sums items by user. Several goroutines may add to it.
type tally struct {
	key string

	mu    sync.Mutex
	users map[string]*sum
}

func newTally(key string) *tally { return &tally{key: key, users: map[string]*sum{}} }

func (t *tally) add(items []map[string]types.AttributeValue) error {
	for _, item := range items {
		if expires(item) {
			continue
		}
		user, ok := item[t.key].(*types.AttributeValueMemberS)
		if !ok {
			return fmt.Errorf("an item without %s", t.key)
		}
		d, err := digestItem(item)
		if err != nil {
			return err
		}
		t.addDigest(user.Value, d)
	}
	return nil
}

func (t *tally) addDigest(user string, d [sha256.Size]byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.users[user]
	if s == nil {
		s = &sum{}
		t.users[user] = s
	}
	s.add(d)
}

// expiry is the TTL attribute of every table that has one (docs/aws-data-model.md).
const expiry = "expiresAt"

// expires reports whether DynamoDB will delete an item. Such an item only decides a race. Its time comes from
// a clock and not from an event, so it may differ between equal generations.
func expires(item map[string]types.AttributeValue) bool { return item[expiry] != nil }

// scan reads the whole table, including everything written before the scan began. It keeps about 200 bytes
// per user.
func (t *reader) scan(ctx context.Context, read func(items int)) (*tally, error) {
	all := newTally(t.key)
	g, ctx := errgroup.WithContext(ctx)
	for segment := range int32(segments) {
		g.Go(func() error {
			pages := dynamodb.NewScanPaginator(t.client, &dynamodb.ScanInput{
				TableName: aws.String(t.table), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
				Segment: aws.Int32(segment), TotalSegments: aws.Int32(segments),
			})
			for pages.HasMorePages() {
				out, err := pages.NextPage(ctx)
				if err != nil {
					return fmt.Errorf("scanning %s: %w", t.table, err)
				}
				if err := all.add(out.Items); err != nil {
					return fmt.Errorf("scanning %s: %w", t.table, err)
				}
				read(len(out.Items))
				if err := t.pay(ctx, out.ConsumedCapacity); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all, g.Wait()
}

// user reads one user's items, and returns their digests by the digests of their keys.
func (t *reader) user(ctx context.Context, user string) (itemDigests, error) {
	items := itemDigests{}
	pages := dynamodb.NewQueryPaginator(t.client, &dynamodb.QueryInput{
		TableName: aws.String(t.table), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		KeyConditionExpression: aws.String("#user = :user"), ExpressionAttributeNames: map[string]string{"#user": t.key},
		ExpressionAttributeValues: map[string]types.AttributeValue{":user": &types.AttributeValueMemberS{Value: user}},
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading a user of %s: %w", t.table, err)
		}
		for _, item := range out.Items {
			if expires(item) {
				continue
			}
			key := map[string]types.AttributeValue{}
			for _, name := range t.keys {
				key[name] = item[name]
			}
			k, badKey := digestItem(key)
			d, bad := digestItem(item)
			if err := errors.Join(badKey, bad); err != nil {
				return nil, fmt.Errorf("reading a user of %s: %w", t.table, err)
			}
			items[k] = d
		}
		if err := t.pay(ctx, out.ConsumedCapacity); err != nil {
			return nil, fmt.Errorf("reading a user of %s: %w", t.table, err)
		}
	}
	return items, nil
}
