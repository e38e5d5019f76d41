package delivery_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
)

var discard = slog.New(slog.DiscardHandler)

// record is a delivery as a queue hands it over.
func record(t *testing.T, id string, data events.Data, replay string) lambdaevents.SQSMessage {
	t.Helper()
	ev := events.New(time.Now(), data)
	detail, err := events.EncodeDetail(ev)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(events.Delivery{Source: ev.Source(), DetailType: string(ev.Type()), Detail: detail, ReplayName: replay})
	if err != nil {
		t.Fatal(err)
	}
	return lambdaevents.SQSMessage{MessageId: id, Body: string(body)}
}

func read(id string) events.MessageRead { return events.MessageRead{MessageID: id, RecipientID: "r"} }

func stored(id string) events.MessageStored {
	return events.MessageStored{
		MessageID: id, SenderID: "s", RecipientID: "r", ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	}
}

// seen is a consumer that notes what it reacts to.
type seen struct {
	mu  sync.Mutex
	ids []string
}

func (s *seen) note(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, id)
}

func inbox(t *testing.T, s *seen, fail func(id string) error) *delivery.Consumer {
	t.Helper()
	c, err := delivery.New("inbox", discard,
		delivery.On(func(_ context.Context, _ events.Metadata, e events.MessageStored) error {
			if err := fail(e.MessageID); err != nil {
				return err
			}
			s.note("stored " + e.MessageID)
			return nil
		}),
		delivery.On(func(_ context.Context, _ events.Metadata, e events.MessageRead) error {
			s.note("read " + e.MessageID)
			return nil
		}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func failed(t *testing.T, r lambdaevents.SQSEventResponse) []string {
	t.Helper()
	if r.BatchItemFailures == nil {
		t.Error("batchItemFailures is null")
	}
	out := []string{}
	for _, f := range r.BatchItemFailures {
		out = append(out, f.ItemIdentifier)
	}
	return out
}

func TestEachDeliveryFailsByItself(t *testing.T) {
	t.Parallel()
	var s seen
	c := inbox(t, &s, func(id string) error {
		switch id {
		case "error":
			return errors.New("the store said no")
		case "panic":
			panic("a bug")
		}
		return nil
	})
	reasons := map[string]string{}
	ctx := delivery.WithFailures(t.Context(), func(id string, err error) { reasons[id] = err.Error() })
	r, err := c.Handle(ctx, lambdaevents.SQSEvent{Records: []lambdaevents.SQSMessage{
		record(t, "1", stored("good"), ""),
		record(t, "2", stored("error"), ""),
		{MessageId: "3", Body: "not JSON"},
		record(t, "4", stored("panic"), ""),
		record(t, "5", events.UserVerified{UserID: "u", Username: "n"}, ""),
		record(t, "6", read("good"), "a replay"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2", "3", "4", "5"}, failed(t, r)); diff != "" {
		t.Errorf("failures (-want +got)\n%s", diff)
	}
	slices.Sort(s.ids)
	if diff := cmp.Diff([]string{"read good", "stored good"}, s.ids); diff != "" {
		t.Errorf("reactions (-want +got)\n%s", diff)
	}
	for id, part := range map[string]string{"2": "the store said no", "3": "envelope", "4": "a bug", "5": "not for consumer inbox"} {
		if !strings.Contains(reasons[id], part) {
			t.Errorf("reason of %s is %q, want %q in it", id, reasons[id], part)
		}
	}
}

func TestAnAllGoodBatchReportsAnEmptyList(t *testing.T) {
	t.Parallel()
	var s seen
	r, err := inbox(t, &s, func(string) error { return nil }).Handle(t.Context(), lambdaevents.SQSEvent{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != `{"batchItemFailures":[]}` {
		t.Errorf("answered %s", got)
	}
}

func TestAReplayCausesNoSideEffect(t *testing.T) {
	t.Parallel()
	c, err := delivery.New("userkey", discard, delivery.On(func(context.Context, events.Metadata, events.UserVerified) error {
		t.Error("acted on a replay")
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Handle(t.Context(), lambdaevents.SQSEvent{Records: []lambdaevents.SQSMessage{
		record(t, "1", events.UserVerified{UserID: "u", Username: "n"}, "rebuild-7"),
	}})
	if err != nil || len(failed(t, r)) != 0 {
		t.Errorf("failures %v, error %v", r, err)
	}
}

func TestABatchConsumerThatPanicsFailsItsBatch(t *testing.T) {
	t.Parallel()
	for name, react := range map[string]func(context.Context, []events.Event) []error{
		"a panic":           func(context.Context, []events.Event) []error { panic("a bug") },
		"too few outcomes":  func(context.Context, []events.Event) []error { return nil },
		"too many outcomes": func(context.Context, []events.Event) []error { return make([]error, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := delivery.NewBatch("notify", discard, react)
			if err != nil {
				t.Fatal(err)
			}
			r, err := c.Handle(t.Context(), lambdaevents.SQSEvent{Records: []lambdaevents.SQSMessage{
				record(t, "1", stored("a"), ""), record(t, "2", stored("b"), ""),
			}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"1", "2"}, failed(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRoutesMustBeThoseOfTheSubscription(t *testing.T) {
	t.Parallel()
	onStored := delivery.On(func(context.Context, events.Metadata, events.MessageStored) error { return nil })
	onRead := delivery.On(func(context.Context, events.Metadata, events.MessageRead) error { return nil })
	onVerified := delivery.On(func(context.Context, events.Metadata, events.UserVerified) error { return nil })
	for name, routes := range map[string][]delivery.Route{
		"one missing":  {onStored},
		"one too many": {onStored, onRead, onVerified},
		"one twice":    {onStored, onRead, onRead},
	} {
		if _, err := delivery.New("inbox", discard, routes...); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := delivery.New("nobody", discard); err == nil {
		t.Error("accepted a consumer that subscriptions.json does not name")
	}
}
