package lambdahost

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
)

var errStore = errors.New("the store is down")

// record is a delivery of a MessageRead as a rule and a queue hand it over.
func record(t *testing.T, id, recipientID, receives, replay string) lambdaevents.SQSMessage {
	t.Helper()
	ev := events.New(time.Now().Add(-2*time.Second), events.MessageRead{MessageID: events.NewID(time.Now()), RecipientID: recipientID},
		events.WithCorrelation("request-1", traceparent))
	detail, err := events.EncodeDetail(ev)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(events.Delivery{
		ID: "eb-1", Source: ev.Source(), DetailType: string(ev.Type()), Detail: detail, ReplayName: replay,
	})
	if err != nil {
		t.Fatal(err)
	}
	return lambdaevents.SQSMessage{MessageId: id, Body: string(body), Attributes: map[string]string{"ApproximateReceiveCount": receives}}
}

// consume runs a batch through a consumer that fails for "broken" and panics for
// "panic".
func consume(t *testing.T, records ...lambdaevents.SQSMessage) ([]string, *output) {
	t.Helper()
	h, out := newTestHost(t)
	f, err := Consumer(h)(delivery.New("unread", h.Log,
		delivery.On(func(_ context.Context, _ events.Metadata, e events.MessageRead) error {
			switch e.RecipientID {
			case "broken":
				return errStore
			case "panic":
				panic("boom")
			}
			return nil
		}),
		delivery.On(func(context.Context, events.Metadata, events.MessageStored) error { return nil }),
	))
	if err != nil {
		t.Fatal(err)
	}
	res, err := invoke[lambdaevents.SQSEventResponse](t, f, lambdaevents.SQSEvent{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	if res.BatchItemFailures == nil {
		t.Error("batchItemFailures is null, which fails the whole batch")
	}
	var failed []string
	for _, f := range res.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed, out
}

func TestPoisonFailsAlone(t *testing.T) {
	t.Parallel()
	unknown := record(t, "unknown", "ann", "1", "")
	unknown.Body = strings.Replace(unknown.Body, `"detail-type":"MessageRead"`, `"detail-type":"MessageEaten"`, 1)
	failed, out := consume(t, record(t, "good", "ann", "1", ""), record(t, "broken", "broken", "1", ""),
		lambdaevents.SQSMessage{MessageId: "garbage", Body: "{"}, unknown, record(t, "panic", "panic", "1", ""))
	slices.Sort(failed)
	if want := []string{"broken", "garbage", "panic", "unknown"}; !slices.Equal(failed, want) {
		t.Errorf("failed %v, want %v", failed, want)
	}
	m := out.metrics(t)
	for name, want := range map[string]float64{
		"EventsConsumed": 1, "Failures": 4, "FailuresOther": 1, "FailuresInvalidEvent": 1, "FailuresUnknownEvent": 1, "FailuresPanic": 1,
	} {
		if m[name] != want {
			t.Errorf("%s is %v, want %v", name, m[name], want)
		}
	}
	if m["DeadLetters"] != nil {
		t.Error("a first receive was counted as a dead letter")
	}
}

func TestADeliveryIsLoggedWithWhatIdentifiesIt(t *testing.T) {
	t.Parallel()
	_, out := consume(t, record(t, "good", "ann", "1", ""))
	l := out.log(t, "delivery handled")[0]
	if l["deliveryId"] != "good" || l["eventId"] == "" || l["correlationId"] != "request-1" || l["traceparent"] != traceparent ||
		l["lambdaRequestId"] != "lambda-request-1" {
		t.Errorf("line %v", l)
	}
	if lag, ok := out.metrics(t)["EventLag"].(float64); !ok || lag < 2000 || lag > 60_000 {
		t.Errorf("lag %v ms, want a little more than 2,000", lag)
	}
}

func TestTheReasonOfADeadLetterIsKept(t *testing.T) {
	t.Parallel()
	failed, out := consume(t, record(t, "fourth", "broken", "4", ""), record(t, "fifth", "broken", "5", ""))
	if len(failed) != 2 {
		t.Errorf("failed %v: the queue moves the letter, not the function", failed)
	}
	letters := out.log(t, "delivery goes to the dead-letter queue")
	if len(letters) != 1 || letters[0]["deliveryId"] != "fifth" || letters[0]["error"] != errStore.Error() || letters[0]["eventId"] == nil {
		t.Errorf("log %v", letters)
	}
	if m := out.metrics(t); m["DeadLetters"] != 1.0 || m["Failures"] != 2.0 {
		t.Errorf("metrics %v", m)
	}
}

func TestAReplayHasNoLag(t *testing.T) {
	t.Parallel()
	_, out := consume(t, record(t, "replayed", "ann", "1", "rebuild-1"))
	if m := out.metrics(t); m["EventsConsumed"] != 1.0 || m["EventLag"] != nil {
		t.Errorf("metrics %v", m)
	}
}

func TestManyLagsAreCut(t *testing.T) {
	t.Parallel()
	var records []lambdaevents.SQSMessage
	for range 150 {
		records = append(records, record(t, "good", "ann", "1", ""))
	}
	_, out := consume(t, records...)
	m := out.metrics(t)
	if lags, ok := m["EventLag"].([]any); !ok || len(lags) != 100 || m["EventsConsumed"] != 150.0 {
		t.Errorf("%d lags, %v consumed; want 100 (CloudWatch's limit) and 150", len(lags), m["EventsConsumed"])
	}
}

func TestAConsumerThatCannotBeMadeStopsTheStart(t *testing.T) {
	t.Parallel()
	h, _ := newTestHost(t)
	if _, err := Consumer(h)(delivery.New("nobody", h.Log)); err == nil {
		t.Error("no error")
	}
}
