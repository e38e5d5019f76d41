package dynamodb

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// sparse is how many items one call reads if the query's filter drops most of them. DynamoDB's own limit is 1
// MB, more than a page needs.
const sparse = 500

// page collects up to limit items of a query and reports whether there are more. A filter drops items after
// they count against in.Limit, so a page may take several calls. A page with a successor is never empty.
func (t table) page(ctx context.Context, in *sdk.QueryInput, limit int) (items []item, more bool, err error) {
	in.TableName = aws.String(t.name)
	if in.Limit == nil {
		in.Limit = aws.Int32(int32(limit + 1)) //nolint:gosec // limits have at most three digits
	}
	for len(items) <= limit {
		out, err := t.client.Query(ctx, in)
		if err != nil {
			return nil, false, fmt.Errorf("querying %s: %w", t.name, err)
		}
		for _, i := range out.Items {
			items = append(items, i)
		}
		if len(out.LastEvaluatedKey) == 0 {
			break
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	if len(items) > limit {
		return items[:limit], true, nil
	}
	return items, false, nil
}
