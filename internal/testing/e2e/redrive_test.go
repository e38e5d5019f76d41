package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
	"github.com/sealpost/sealpost/ports"
)

// redrivePatience covers a letter that another test has received without returning
// it, and five receives.
const redrivePatience = 90 * time.Second

// redrives looks at the poison of the test before as an operator does: its reason is
// what the real function wrote into its real log. Sent back it fails again, under a
// new id and with its new reason; a letter that can be digested is delivered.
func (w *world) redrives(t *testing.T, bob scenario.Person) {
	c := w.deadLettersOf(t, poisoned)
	letters := deadletters.New(w.admin, []deadletters.Consumer{c}, time.Now)
	var poison ports.DeadLetter
	eventually.Within(t, redrivePatience, "the poison is listed with its reason", func() bool {
		listing, err := letters.List(t.Context(), ports.DeadLetterFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range listing.Letters {
			if poison = l; strings.Contains(l.Reason, `unknown event type or version: "NoSuchEvent"`) {
				return true
			}
		}
		return false
	})
	if poison.Attempts != 5 || poison.Type != "NoSuchEvent" || poison.ParkedAt.Before(poison.FirstFailedAt) {
		t.Errorf("got %+v", poison)
	}
	id := w.parkedRead(t, c, bob)
	h, err := letters.Hold(t.Context(), ports.DeadLetterFilter{IDs: []ports.DeadLetterID{poison.ID, id}})
	if err != nil {
		t.Fatal(err)
	}
	moved, err := h.Redrive(t.Context(), poison.ID, id)
	if err != nil || len(moved) != 2 {
		t.Fatalf("moved %v, %v", moved, err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	outcomes := map[ports.DeadLetterID]ports.RedriveOutcome{}
	eventually.Within(t, redrivePatience, "the outcome", func() bool {
		seen, err := letters.Outcomes(t.Context(), moved)
		if err != nil {
			t.Fatal(err)
		}
		for id, o := range seen {
			outcomes[id] = o
		}
		return outcomes[poison.ID].State != ports.OutcomeWaiting && outcomes[id].State != ports.OutcomeWaiting
	})
	if o := outcomes[id]; o.State != ports.OutcomeDelivered {
		t.Errorf("the good one: %+v", o)
	}
	if o := outcomes[poison.ID]; o.State != ports.OutcomeParked || !strings.Contains(o.Reason, "NoSuchEvent") || o.As == poison.ID {
		t.Errorf("the poison: %+v", o)
	}
}

// deadLettersOf is what Terraform's outputs say of a consumer.
func (w *world) deadLettersOf(t *testing.T, consumer string) deadletters.Consumer {
	t.Helper()
	url := func(name string) string {
		out, err := sqs.NewFromConfig(w.admin).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(w.prefix + "-" + name)})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(out.QueueUrl)
	}
	undelivered, _ := awstest.Queue(t, w.admin, w.prefix+"-"+consumer+"-undelivered", nil)
	return deadletters.Consumer{
		Key: consumer, Queue: url(consumer), Dead: url(consumer + "-dead"), Undelivered: undelivered,
		LogGroup: "/aws/lambda/" + w.prefix + "-consumers-" + consumer,
	}
}

// parkedRead parks an event that there is nothing wrong with.
func (w *world) parkedRead(t *testing.T, c deadletters.Consumer, reader scenario.Person) ports.DeadLetterID {
	t.Helper()
	detail, err := events.EncodeDetail(events.New(time.Now(), events.MessageRead{MessageID: events.NewID(time.Now()), RecipientID: reader.Username}))
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(events.Delivery{
		ID: "x", Version: "0", Source: events.SourceMessages, DetailType: string(events.TypeMessageRead), Time: time.Now(), Detail: detail,
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := sqs.NewFromConfig(w.admin).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(c.Dead), MessageBody: aws.String(string(body))})
	if err != nil {
		t.Fatal(err)
	}
	return ports.DeadLetterID{Consumer: c.Key, Delivery: aws.ToString(out.MessageId)}
}
