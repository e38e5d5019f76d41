package awstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/sealpost/sealpost/events"
)

// Bus creates a bus and returns its ARN.
func Bus(t testing.TB, cfg aws.Config, name string) string {
	t.Helper()
	client := eventbridge.NewFromConfig(cfg)
	_, err := client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String(name)})
	var exists *ebtypes.ResourceAlreadyExistsException // as in Table
	if err != nil && !errors.As(err, &exists) {
		t.Fatalf("awstest: creating bus %s: %v", name, err)
	}
	out, err := client.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: aws.String(name)})
	if err != nil {
		t.Fatalf("awstest: describing bus %s: %v", name, err)
	}
	return aws.ToString(out.Arn)
}

// Queue creates a queue and returns its URL and ARN.
func Queue(t testing.TB, cfg aws.Config, name string, attributes map[string]string) (url, arn string) {
	t.Helper()
	client := sqs.NewFromConfig(cfg)
	made, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name), Attributes: attributes})
	if err != nil {
		t.Fatalf("awstest: creating queue %s: %v", name, err)
	}
	got, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: made.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn},
	})
	if err != nil {
		t.Fatalf("awstest: asking for queue %s: %v", name, err)
	}
	return aws.ToString(made.QueueUrl), got.Attributes[string(types.QueueAttributeNameQueueArn)]
}

// Rule creates a rule of a bus that sends matching events to a target.
func Rule(t testing.TB, cfg aws.Config, bus, name, pattern, targetARN string) {
	t.Helper()
	client := eventbridge.NewFromConfig(cfg)
	_, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{
		EventBusName: aws.String(bus), Name: aws.String(name), EventPattern: aws.String(pattern),
	})
	if err != nil {
		t.Fatalf("awstest: making rule %s: %v", name, err)
	}
	out, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		EventBusName: aws.String(bus), Rule: aws.String(name),
		Targets: []ebtypes.Target{{Id: aws.String("queue"), Arn: aws.String(targetARN)}},
	})
	if err != nil || out.FailedEntryCount > 0 {
		t.Fatalf("awstest: targeting rule %s: %v, %d failed", name, err, out.FailedEntryCount)
	}
}

// Subscriber is a queue that receives every event of a bus.
type Subscriber struct {
	client *sqs.Client
	url    string

	mu       sync.Mutex
	received []events.Event
}

// Subscribe creates a subscriber of a bus.
func Subscribe(t testing.TB, cfg aws.Config, bus string) *Subscriber {
	t.Helper()
	url, arn := Queue(t, cfg, Name("all"), nil)
	Rule(t, cfg, bus, Name("all"), `{"source": [{"prefix": "sealpost."}]}`, arn)
	return &Subscriber{client: sqs.NewFromConfig(cfg), url: url}
}

// Received drains the queue and returns all events received so far.
func (s *Subscriber) Received(ctx context.Context) ([]events.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		out, err := s.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(s.url), MaxNumberOfMessages: 10})
		if err != nil {
			return nil, fmt.Errorf("receiving: %w", err)
		}
		if len(out.Messages) == 0 {
			return append([]events.Event(nil), s.received...), nil
		}
		for _, m := range out.Messages {
			if err := s.take(ctx, m); err != nil {
				return nil, err
			}
		}
	}
}

func (s *Subscriber) take(ctx context.Context, m types.Message) error {
	d, err := events.DecodeDelivery([]byte(aws.ToString(m.Body)))
	if err != nil {
		return err
	}
	ev, err := d.Event()
	if err != nil {
		return err
	}
	_, err = s.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(s.url), ReceiptHandle: m.ReceiptHandle})
	if err != nil {
		return fmt.Errorf("deleting: %w", err)
	}
	s.received = append(s.received, ev)
	return nil
}
