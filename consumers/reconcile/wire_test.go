package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/consumers/reconcile"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// TestNoticesOverTheWire has S3 tell a queue of each object, and counts what the
// consumer calls over the wire: for ten times the messages ten times as much, and
// nothing that lists.
func TestNoticesOverTheWire(t *testing.T) {
	t.Parallel()
	cfg, name := emulator.Ministack(t).Config(t), awstest.Name("reconcile")
	awstest.Bucket(t, cfg, name)
	awstest.Table(t, cfg, "inbox", name)
	queue, arn := awstest.Queue(t, cfg, name, nil)
	_, err := sdk.NewFromConfig(cfg, func(o *sdk.Options) { o.UsePathStyle = true }).PutBucketNotificationConfiguration(t.Context(),
		&sdk.PutBucketNotificationConfigurationInput{Bucket: &name, NotificationConfiguration: &types.NotificationConfiguration{
			QueueConfigurations: []types.QueueConfiguration{{QueueArn: &arn, Events: []types.Event{"s3:ObjectCreated:*"}}},
		}})
	if err != nil {
		t.Fatal(err)
	}
	store := s3.New(cfg, name)
	for _, n := range []int{1, 10} {
		var bus handlertest.Bus
		tr := faults.New(http.DefaultTransport)
		wired := faults.Under(cfg, tr)
		c := reconcile.New(reconcile.Deps{
			Blobs: s3.New(wired, name), Inbox: dynamodb.NewInbox(wired, name, cursor.Signer{}), Bus: &bus, Log: handlertest.Log,
		})
		for i := range n {
			storeUnannounced(t, store, fmt.Sprintf("%d-%d", n, i))
		}
		for len(bus.Published()) < n {
			batch := receive(t, cfg, queue)
			if failed := handlertest.Failures(t, c.Handle, batch); len(failed) != 0 {
				t.Fatalf("failed: %v of %+v", failed, batch)
			}
		}
		heads, gets, all := 0, len(tr.Calls("GetItem")), len(tr.Calls(""))
		for _, call := range tr.Calls("") {
			if call.Request.Method == http.MethodHead {
				heads++
			}
		}
		if heads != n || gets != n || all != 2*n {
			t.Errorf("%d messages: %d looks at objects, %d into the inbox, %d calls in all", n, heads, gets, all)
		}
	}
}

func storeUnannounced(t *testing.T, store *s3.Blobs, id string) {
	t.Helper()
	data := events.MessageStored{
		MessageID: id, SenderID: "s", RecipientID: "r", ObjectKey: "sealed/" + strings.Repeat("f", 60) + "=" + id,
		KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	}
	md := claimcheck.Metadata(events.New(time.Now(), data).Metadata, data)
	if err := store.CreateBlob(t.Context(), data.ObjectKey, ports.Blob{Body: []byte("sealed"), Metadata: md}); err != nil {
		t.Fatal(err)
	}
}

// receive takes a batch from the queue, S3's test event among it.
func receive(t *testing.T, cfg aws.Config, queue string) (batch lambdaevents.SQSEvent) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client := sqs.NewFromConfig(cfg)
	out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 5})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range out.Messages {
		batch.Records = append(batch.Records, lambdaevents.SQSMessage{MessageId: *m.MessageId, Body: *m.Body})
		_, deleteErr := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &queue, ReceiptHandle: m.ReceiptHandle})
		err = errors.Join(err, deleteErr)
	}
	if err != nil {
		t.Fatal(err)
	}
	return batch
}
