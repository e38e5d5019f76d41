package deployed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/consumers/projector"
	"github.com/sealpost/sealpost/consumers/userkey"
	"github.com/sealpost/sealpost/consumers/usertopic"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

var cursors = cursor.New([]byte("0123456789abcdef0123456789abcdef"))

// Outside replaces the outside world: it fulfils requests and counts them.
type Outside struct {
	Keys, Topics, Mails atomic.Int64
	// Refused counts the replayed events that consumers with side effects received and
	// did not act on.
	Refused atomic.Int64
}

type refusals struct {
	slog.Handler
	n *atomic.Int64
}

func (*refusals) Enabled(context.Context, slog.Level) bool { return true }

func (r *refusals) Handle(_ context.Context, record slog.Record) error {
	if record.Message == "replayed event not acted on" {
		r.n.Add(1)
	}
	return nil
}

func (r *refusals) WithAttrs([]slog.Attr) slog.Handler { return r }

func (r *refusals) WithGroup(string) slog.Handler { return r }

// CreateKey implements [ports.KeyCreator].
func (o *Outside) CreateKey(_ context.Context, userID string) (string, error) {
	o.Keys.Add(1)
	return "key-of-" + userID, nil
}

// Address implements [ports.Identities].
func (*Outside) Address(_ context.Context, userID string) (string, error) {
	return userID + "@example.org", nil
}

// CreateTopic implements [ports.Topics].
func (o *Outside) CreateTopic(_ context.Context, userID string) (string, error) {
	o.Topics.Add(1)
	return "topic-of-" + userID, nil
}

// Subscribe implements [ports.Topics].
func (*Outside) Subscribe(context.Context, string, string) error { return nil }

// Renew implements [ports.Topics].
func (*Outside) Renew(context.Context, string, string) error { return nil }

// Notify implements [ports.Notifier].
func (o *Outside) Notify(context.Context, string, ports.Notification) error {
	o.Mails.Add(1)
	return nil
}

// handler returns a consumer. The consumer of a projection writes its generation's
// table; the others read the first generation's tables.
func (d *Deployment) handler(consumer, key string) (*delivery.Consumer, error) {
	switch consumer {
	case projection.Users.Name:
		return projector.New(projector.Deps{Projection: projection.Users, Store: dynamodb.NewUsers(d.cfg, d.table(key), cursors), Log: d.log})
	case projection.Inbox.Name:
		return projector.New(projector.Deps{Projection: projection.Inbox, Store: dynamodb.NewInbox(d.cfg, d.table(key), cursors), Log: d.log})
	case projection.Unread.Name:
		return projector.New(projector.Deps{Projection: projection.Unread, Store: dynamodb.NewUnread(d.cfg, d.table(key)), Log: d.log})
	case userkey.Name:
		return userkey.New(userkey.Deps{Keys: &d.Outside, Exclusive: true, Bus: d.bus, Now: time.Now, Log: d.log})
	case usertopic.Name:
		return usertopic.New(usertopic.Deps{Identities: &d.Outside, Topics: &d.Outside, Bus: d.bus, Now: time.Now, Log: d.log})
	case notify.Name:
		return notify.New(notify.Deps{
			Users: dynamodb.NewUsers(d.cfg, d.table("users-1"), cursors), Inbox: dynamodb.NewInbox(d.cfg, d.table("inbox-1"), cursors),
			Unread: dynamodb.NewUnread(d.cfg, d.table("unread-1")), Ledger: dynamodb.NewLedger(d.cfg, d.table("notifications")),
			Notifier: &d.Outside, Now: time.Now, Log: d.log,
		})
	}
	return nil, fmt.Errorf("no consumer %q", consumer)
}

// pump acts as an event source mapping until the test ends.
func (d *Deployment) pump(url string, c *delivery.Consumer) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		client := sqs.NewFromConfig(d.cfg)
		for ctx.Err() == nil {
			if err := once(ctx, client, url, c); err != nil && !errors.Is(err, context.Canceled) {
				d.t.Errorf("deployed: %v", err)
				return
			}
		}
	})
	d.t.Cleanup(func() { cancel(); running.Wait() })
}

// once has one batch handled and deletes the deliveries that did not fail.
func once(ctx context.Context, client *sqs.Client, url string, c *delivery.Consumer) error {
	out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(url), MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
	if err != nil || len(out.Messages) == 0 {
		return err
	}
	var batch lambdaevents.SQSEvent
	receipts := map[string]*string{}
	for _, m := range out.Messages {
		batch.Records = append(batch.Records, lambdaevents.SQSMessage{MessageId: *m.MessageId, Body: *m.Body})
		receipts[*m.MessageId] = m.ReceiptHandle
	}
	res, err := c.Handle(ctx, batch)
	if err != nil {
		return err
	}
	for _, failed := range res.BatchItemFailures {
		delete(receipts, failed.ItemIdentifier)
	}
	for _, receipt := range receipts {
		if _, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(url), ReceiptHandle: receipt}); err != nil {
			return err
		}
	}
	return nil
}
