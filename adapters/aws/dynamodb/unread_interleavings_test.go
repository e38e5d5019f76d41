package dynamodb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/internal/projection"
)

// TestNoInterleavingRevivesAMessage runs the adapter under every schedule of its
// requests: several deliveries of MessageStored and MessageRead at once, each of
// which may break off at any request and is then delivered again; a request whose
// answer nobody got may be sent once more, and may take effect at any later time or
// never; DynamoDB deletes what expired, at any time after that.
func TestNoInterleavingRevivesAMessage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		deliveries string
		losses     int
	}{
		// Larger cases have passed too ("ssr", "srr" and "sss" with 2 losses, "sr" with 4,
		// "ssrr" with 1); these find every flaw that those did and take seconds.
		"stored twice, read":        {"ssr", 1},
		"stored, read twice":        {"srr", 1},
		"stored and never read":     {"ss", 2},
		"stored and read, bad day":  {"sr", 2},
		"many duplicates, good day": {"ssrr", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newExplorer(c.deliveries, c.losses, func(cfg aws.Config) unreadSet { return dynamodb.NewUnread(cfg, "unread") })
			violation, err := e.explore(t.Context())
			if err != nil || violation != "" {
				t.Fatal(violation, err)
			}
			t.Logf("%d states", len(e.visited))
			if len(e.visited) < 40 {
				t.Error("so few states prove nothing")
			}
		})
	}
}

// TestTheExplorerFindsWhatIsWrong: ways to write the unread set that look right.
func TestTheExplorerFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, stored := range map[string]func(context.Context, rawUnread) error{
		"the mark alone, which expires": func(ctx context.Context, u rawUnread) error {
			return u.put(ctx, item, true)
		},
		"the tombstone alone, asked for first": func(ctx context.Context, u rawUnread) error {
			if read, err := u.read(ctx); read || err != nil {
				return err
			}
			return u.put(ctx, item, false)
		},
		"the tombstone asked for first and last, instead of the mark": func(ctx context.Context, u rawUnread) error {
			if read, err := u.read(ctx); read || err != nil {
				return err
			}
			if err := u.put(ctx, item, false); err != nil {
				return err
			}
			if read, err := u.read(ctx); !read || err != nil {
				return err
			}
			return u.remove(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			violation, err := newExplorer("sr", 1, func(cfg aws.Config) unreadSet {
				return rawUnread{dynamodb.NewUnread(cfg, "unread"), sdk.NewFromConfig(cfg), stored}
			}).explore(t.Context())
			if err != nil || violation == "" {
				t.Errorf("nothing found, error %v", err)
			}
			t.Log(violation)
		})
	}
}

// rawUnread is the adapter with another way to store.
type rawUnread struct {
	*dynamodb.Unread
	client *sdk.Client
	stored func(context.Context, rawUnread) error
}

func (u rawUnread) Apply(ctx context.Context, changes []projection.Change) error {
	if changes[0].Stage == projection.StageUnread {
		return u.stored(ctx, u)
	}
	return u.Unread.Apply(ctx, changes)
}

func key(entry string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"recipientId": &types.AttributeValueMemberS{Value: reader}, "entry": &types.AttributeValueMemberS{Value: entry},
	}
}

func (u rawUnread) read(ctx context.Context) (bool, error) {
	out, err := u.client.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String("unread"), Key: key("read#" + message)})
	return err == nil && len(out.Item) > 0, err
}

func (u rawUnread) put(ctx context.Context, id string, unmarked bool) error {
	in := &sdk.PutItemInput{TableName: aws.String("unread"), Item: key(id)}
	if unmarked {
		in.ConditionExpression, in.ExpressionAttributeNames = aws.String("attribute_not_exists(#r)"), map[string]string{"#r": "read"}
	}
	_, err := u.client.PutItem(ctx, in)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return nil
	}
	return err
}

func (u rawUnread) remove(ctx context.Context) error {
	_, err := u.client.DeleteItem(ctx, &sdk.DeleteItemInput{TableName: aws.String("unread"), Key: key(item)})
	return err
}
