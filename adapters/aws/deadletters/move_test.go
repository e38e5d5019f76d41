package deadletters_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sealpost/sealpost/ports"
)

func TestOneIsSentBackAndTheOtherStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, _ := w.park(t, "message-1")
	other, _ := w.park(t, "message-2")
	h := w.hold(t.Context(), t, one)
	// What is not wanted is seen by everybody at once.
	sameSet(t, "visible while the other is held", w.visible(t, w.consumer.Dead), messageIDs(other))
	moved, err := h.Redrive(t.Context(), one, one, other, ports.DeadLetterID{Consumer: "inbox-1", Delivery: "nobody"})
	if err != nil || len(moved) != 1 || moved[0] != one {
		t.Fatalf("moved %v, %v", moved, err)
	}
	if again, err := h.Redrive(t.Context(), one); err != nil || len(again) != 0 {
		t.Errorf("moved again: %v, %v", again, err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), messageIDs(other))
	sameSet(t, "in the queue", w.visible(t, w.consumer.Queue), messageIDs(w.as(t, moved...)...))
}

func TestTheConsumerGetsWhatItGotBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _ := w.park(t, "message-1")
	text, _ := body(t, "message-2")
	w.send(t, w.consumer.Undelivered, text, map[string]string{"ERROR_CODE": "NO_PERMISSIONS", "RULE_ARN": "arn", "mine": "kept"})
	h := w.hold(t.Context(), t)
	bodies := map[string]bool{text: true}
	for _, l := range h.List().Letters {
		if l.ID == id {
			bodies[string(l.Event)] = true
		}
	}
	if _, err := h.Redrive(t.Context(), ids(h)...); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := w.receive(t, w.consumer.Queue, 0)
	if len(got) != 2 {
		t.Fatalf("%d messages", len(got))
	}
	for _, m := range got {
		if !bodies[aws.ToString(m.Body)] {
			t.Errorf("body %s", aws.ToString(m.Body))
		}
		attributes := m.MessageAttributes
		if len(attributes) != 1 || aws.ToString(attributes["kept"].StringValue)+aws.ToString(attributes["mine"].StringValue) == "" {
			t.Errorf("attributes %v", attributes)
		}
	}
}

// Ctrl-C loses nothing and hides nothing, whenever it comes.
func TestTheEndOfTheContextHidesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, _ := w.park(t, "message-1")
	other, _ := w.park(t, "message-2")

	ended, end := context.WithCancel(t.Context())
	h := w.hold(ended, t)
	if moved, err := h.Redrive(ended, one); err != nil || len(moved) != 1 {
		t.Fatalf("moved %v, %v", moved, err)
	}
	end()
	if moved, err := h.Redrive(ended, other); !errors.Is(err, context.Canceled) || len(moved) != 0 {
		t.Errorf("moved %v, %v after the end", moved, err)
	}
	if err := h.Close(ended); err != nil {
		t.Fatal(err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), messageIDs(other))
	if n := len(w.visible(t, w.consumer.Queue)); n != 1 {
		t.Errorf("%d in the queue", n)
	}
	if _, err := w.letters.Hold(ended, ports.DeadLetterFilter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("held after the end: %v", err)
	}
	sameSet(t, "parked after that", w.visible(t, w.consumer.Dead), messageIDs(other))
}
