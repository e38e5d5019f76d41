package deadletters_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/sealpost/sealpost/ports"
)

func TestListSaysWhatIsParkedAndWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := time.Now().Add(-time.Second)
	id, eventID := w.park(t, "message-1")
	at := time.Now().Truncate(time.Millisecond)
	w.say(t, at.Add(-time.Second), parkedLine(id, "an older reason"))
	w.say(t, at, parkedLine(id, "no such user"))
	w.say(t, at, `{"message":"delivery failed","deliveryId":"`+id.Delivery+`","error":"something else"}`)
	w.say(t, at, "START RequestId: delivery goes to the dead-letter queue")

	listing := w.list(t)
	if len(listing.Letters) != 1 || listing.Hidden != 0 || listing.More != 0 {
		t.Fatalf("got %+v", listing)
	}
	got := listing.Letters[0]
	if got.ID != id || got.Type != "MessageRead" || got.Subject != "message-1" || got.EventID != eventID ||
		got.Attempts != 5 || got.Reason != "no such user" || !got.ParkedAt.Equal(at) || got.FirstFailedAt.Before(before) || got.FirstFailedAt.After(at) {
		t.Errorf("got %+v", got)
	}
	sameSet(t, "visible after listing", w.visible(t, w.consumer.Dead), messageIDs(id))
}

// With the log level error there is no line about the parking itself.
func TestTheLastFailureIsTheReasonWhereNothingElseIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.park(t, "message-1")
	at := time.Now().Truncate(time.Millisecond)
	for i, reason := range []string{"first", "last"} {
		w.say(t, at.Add(time.Duration(i-1)*time.Second), `{"message":"delivery failed","deliveryId":"`+id.Delivery+`","error":"`+reason+`"}`)
	}
	if got := w.list(t).Letters[0]; got.Reason != "last" || got.Attempts != 0 || !got.ParkedAt.Equal(at) {
		t.Errorf("got %+v", got)
	}
}

func TestListSaysWhyARuleGaveUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text, _ := body(t, "message-1")
	w.send(t, w.consumer.Undelivered, text, map[string]string{
		"RULE_ARN": "arn:rule", "TARGET_ARN": "arn:queue", "ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "not allowed to send",
		"RETRY_ATTEMPTS": "3", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
	})
	w.send(t, w.consumer.Undelivered, "no event at all", nil)
	letters := w.list(t).Letters
	if len(letters) != 2 {
		t.Fatalf("got %+v", letters)
	}
	got := letters[0]
	if got.Type == "" {
		got = letters[1]
	}
	published := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	if got.Reason != "the rule could not put it into the queue: NO_PERMISSIONS: not allowed to send: MaximumRetryAttempts" ||
		got.Attempts != 4 || !got.FirstFailedAt.Equal(published) || time.Since(got.ParkedAt) > time.Minute {
		t.Errorf("got %+v", got)
	}
}

// A reason that cannot be had is no reason to show nothing.
func TestReasonsThatAreMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.park(t, "message-1")
	if got := w.list(t).Letters[0]; got.Reason != "the reason is not in the log (any more)" || got.Attempts != 0 || !got.ParkedAt.IsZero() {
		t.Errorf("got %+v", got)
	}
	_, err := cloudwatchlogs.NewFromConfig(w.cfg).DeleteLogGroup(t.Context(), &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: aws.String(w.queues.LogGroup)})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.list(t).Letters[0]; got.Reason != "the reason is not in the log (any more)" {
		t.Errorf("without a log group: %+v", got)
	}
}

func TestWhatSomebodyElseHoldsIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.park(t, "message-1")
	h := w.hold(t.Context(), t)
	if listing := w.list(t); len(listing.Letters) != 0 || listing.Hidden != 1 {
		t.Errorf("got %+v", listing)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if listing := w.list(t); len(listing.Letters) != 1 || listing.Hidden != 0 {
		t.Errorf("got %+v", listing)
	}
}

func TestMoreThanOneBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 37
	var want []ports.DeadLetterID
	for range n {
		text, _ := body(t, "message")
		want = append(want, ports.DeadLetterID{Consumer: "inbox-1", Delivery: w.send(t, w.consumer.Dead, text, nil)})
	}
	if listing := w.list(t); len(listing.Letters) != n {
		t.Fatalf("%d letters", len(listing.Letters))
	}
	h := w.hold(t.Context(), t)
	sameSet(t, "held", messageIDs(ids(h)...), messageIDs(want...))
	moved, err := h.Redrive(t.Context(), ids(h)[:23]...)
	if err != nil || len(moved) != 23 {
		t.Fatalf("%d moved, %v", len(moved), err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if here, there := len(w.visible(t, w.consumer.Dead)), len(w.visible(t, w.consumer.Queue)); here != n-23 || there != 23 {
		t.Errorf("%d stayed, %d went", here, there)
	}
}

func TestConsumersByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	queue := w.consumer.Queue[strings.LastIndexByte(w.consumer.Queue, '/')+1:]
	for _, name := range []string{"", "inbox", "inbox-1", queue} {
		if _, err := w.letters.List(t.Context(), ports.DeadLetterFilter{Consumer: name}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"inbox-2", "notify", "-1", "1"} {
		if _, err := w.letters.List(t.Context(), ports.DeadLetterFilter{Consumer: name}); !errors.Is(err, ports.ErrNoConsumer) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
