package deployed

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Idle waits until every consumer has handled all published events.
func (d *Deployment) Idle(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		busy, err := d.busy(ctx)
		if err != nil || busy == "" {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("deployed: %s is not empty: %w", busy, ctx.Err())
		case <-ticker.C:
		}
	}
}

func (d *Deployment) busy(ctx context.Context) (url string, err error) {
	client := sqs.NewFromConfig(d.cfg)
	for _, q := range d.Stack().Queues {
		out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: aws.String(q.Queue), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
		})
		if err != nil {
			return "", err
		}
		for name, value := range out.Attributes {
			if strings.HasPrefix(name, "ApproximateNumberOf") && value != "0" {
				return q.Queue, nil
			}
		}
	}
	return "", nil
}
