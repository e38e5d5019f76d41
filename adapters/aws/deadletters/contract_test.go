package deadletters_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestDeadLetters(t *testing.T) {
	t.Parallel()
	portstest.DeadLetters(t, func(t *testing.T) portstest.DeadLettersAdapter {
		w := newWorld(t)
		notify := awstest.Consumer(t, w.cfg, awstest.Name("notify"), "0")
		return portstest.DeadLettersAdapter{
			DeadLetters: deadletters.New(w.cfg, append(w.all(), deadletters.Consumer{
				Key: "notify", Queue: notify.Queue, Dead: notify.Dead, Undelivered: notify.Undelivered, LogGroup: notify.LogGroup,
			}), time.Now),
			Park: func(t *testing.T, subject, reason string) {
				id, _ := w.park(t, subject)
				w.say(t, time.Now(), parkedLine(id, reason))
			},
			Deliver: w.deliver,
		}
	})
}

// deliver does what the function does with what is in its queue: it handles it, or fails
// at it as often as it is given it.
func (w *world) deliver(t *testing.T, reason string) {
	t.Helper()
	var found []types.Message
	for range awstest.MaxReceives + 1 {
		batch := w.receive(t, w.consumer.Queue, 0)
		if len(batch) > 0 {
			found = batch
		}
		for _, m := range batch {
			id := aws.ToString(m.MessageId)
			if reason != "" {
				continue
			}
			_, err := w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: aws.String(w.consumer.Queue), ReceiptHandle: m.ReceiptHandle})
			if err != nil {
				t.Fatal(err)
			}
			w.say(t, time.Now(), fmt.Sprintf(`{"message":"delivery handled","deliveryId":%q}`, id))
		}
	}
	if reason == "" {
		return
	}
	for _, m := range found {
		w.say(t, time.Now(), parkedLine(ports.DeadLetterID{Consumer: w.consumer.Key, Delivery: aws.ToString(m.MessageId)}, reason))
	}
}
