package deadletters_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

// faulty is a world in which calls of the code under test meet faults on their way
// to the emulator.
func faulty(t *testing.T) (*world, *faults.Transport) {
	t.Helper()
	w := newWorld(t)
	tr := faults.New(http.DefaultTransport)
	w.letters = deadletters.New(faults.Under(w.cfg, tr), w.all(), time.Now)
	return w, tr
}

// partly lets the service do all entries of a batch but the first, and answers that
// the first failed.
func partly(code string, senderFault bool) faults.Fault {
	return func(c faults.Call, _ func() (*http.Response, error)) (*http.Response, error) {
		var in map[string]any
		if err := json.Unmarshal(c.Body, &in); err != nil {
			return nil, err
		}
		all, ok := in["Entries"].([]any)
		if !ok || len(all) < 2 {
			return nil, fmt.Errorf("a batch of one: %s", c.Body)
		}
		in["Entries"] = all[1:]
		raw, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		again := c.Request.Clone(c.Request.Context())
		again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		res, err := http.DefaultTransport.RoundTrip(again)
		if err != nil {
			return nil, err
		}
		var out map[string]any
		if err := errors.Join(json.NewDecoder(res.Body).Decode(&out), res.Body.Close()); err != nil {
			return nil, err
		}
		out["Failed"] = []any{map[string]any{"Id": "0", "Code": code, "Message": "injected", "SenderFault": senderFault}}
		if raw, err = json.Marshal(out); err != nil {
			return nil, err
		}
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
		res.Header.Del("Content-Length")
		return res, nil
	}
}

// end ends a context after the service has answered.
func end(cancel context.CancelFunc) faults.Fault {
	return func(_ faults.Call, forward func() (*http.Response, error)) (*http.Response, error) {
		res, err := forward()
		cancel()
		return res, err
	}
}

// The answer that names what was hidden is waited for.
func TestCtrlCWhileReceivingHidesNothing(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	one, _ := w.park(t, "message-1")
	ctx, cancel := context.WithCancel(t.Context())
	tr.On("ReceiveMessage", end(cancel), end(cancel))
	if _, err := w.letters.List(ctx, ports.DeadLetterFilter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	sameSet(t, "visible", w.visible(t, w.consumer.Dead), messageIDs(one))
}

func TestCtrlCWhileMovingFinishesTheStep(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	one, _ := w.park(t, "message-1")
	ctx, cancel := context.WithCancel(t.Context())
	h := w.hold(ctx, t)
	tr.On("SendMessageBatch", end(cancel))
	if moved, err := h.Redrive(ctx, one); err != nil || len(moved) != 1 {
		t.Errorf("moved %v, %v", moved, err)
	}
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), nil)
	if n := len(w.visible(t, w.consumer.Queue)); n != 1 {
		t.Errorf("%d in the queue", n)
	}
}

func TestAnErrorWhileReceivingHidesNothing(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	one, _ := w.park(t, "message-1")
	text, _ := body(t, "message-2")
	w.send(t, w.consumer.Undelivered, text, nil)
	// One of the two queues is read, the other refuses; or each after its first batch.
	tr.On("ReceiveMessage", faults.Pass(), faults.Pass(), faults.Error(http.StatusForbidden, "AccessDeniedException"), faults.Error(http.StatusForbidden, "AccessDeniedException"))
	if _, err := w.letters.List(t.Context(), ports.DeadLetterFilter{}); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v", err)
	}
	sameSet(t, "dead", w.visible(t, w.consumer.Dead), messageIDs(one))
	if n := len(w.visible(t, w.consumer.Undelivered)); n != 1 {
		t.Errorf("%d undelivered are visible", n)
	}
}

func TestThrottlingIsWaitedOut(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	one, _ := w.park(t, "message-1")
	for _, operation := range []string{"GetQueueAttributes", "ReceiveMessage", "SendMessageBatch", "DeleteMessageBatch"} {
		tr.On(operation, faults.Throttled(), faults.Unavailable())
	}
	h := w.hold(t.Context(), t)
	if moved, err := h.Redrive(t.Context(), one); err != nil || len(moved) != 1 {
		t.Errorf("moved %v, %v", moved, err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Error(err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), nil)
	if n := len(w.visible(t, w.consumer.Queue)); n != 1 {
		t.Errorf("%d in the queue", n)
	}
	tr.Spent(t)
}

func TestWhatAQueueRefusesStaysParked(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	w.park(t, "message-1")
	w.park(t, "message-2")
	h := w.hold(t.Context(), t)
	all := ids(h)
	tr.On("SendMessageBatch", partly("InvalidMessageContents", true))
	moved, err := h.Redrive(t.Context(), all...)
	var refused *deadletters.EntryError
	if len(moved) != 1 || moved[0] != all[1] || !errors.As(err, &refused) || refused.Code != "InvalidMessageContents" || !strings.Contains(err.Error(), all[0].String()) {
		t.Errorf("moved %v, %v", moved, err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Error(err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), messageIDs(all[0]))
	sameSet(t, "sent", w.visible(t, w.consumer.Queue), messageIDs(w.as(t, moved...)...))
}

func TestWhatFailedBySQSsFaultIsSentAgainAlone(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	w.park(t, "message-1")
	w.park(t, "message-2")
	h := w.hold(t.Context(), t)
	tr.On("SendMessageBatch", partly("InternalError", false))
	tr.On("DeleteMessageBatch", partly("InternalError", false))
	moved, err := h.Redrive(t.Context(), ids(h)...)
	if err != nil || len(moved) != 2 {
		t.Errorf("moved %v, %v", moved, err)
	}
	sameSet(t, "sent", w.visible(t, w.consumer.Queue), messageIDs(w.as(t, moved...)...))
	if err := h.Close(t.Context()); err != nil {
		t.Error(err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), nil)
	tr.Spent(t)
}

// Sent and not deleted: it is there twice, is seen at once, and the error says so.
func TestWhatCannotBeDeletedIsDoubled(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	one, _ := w.park(t, "message-1")
	h := w.hold(t.Context(), t)
	tr.On("DeleteMessageBatch", faults.Error(http.StatusForbidden, "AccessDeniedException"))
	moved, err := h.Redrive(t.Context(), one)
	if err == nil || !strings.Contains(err.Error(), "there twice") || len(moved) != 1 {
		t.Errorf("moved %v, %v", moved, err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), messageIDs(one))
	sameSet(t, "sent", w.visible(t, w.consumer.Queue), messageIDs(w.as(t, moved...)...))
	if err := h.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestALostAnswerDoublesAndLosesNothing(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	one, _ := w.park(t, "message-1")
	h := w.hold(t.Context(), t)
	tr.On("SendMessageBatch", faults.LostResponse())
	if moved, err := h.Redrive(t.Context(), one); err != nil || len(moved) != 1 {
		t.Errorf("moved %v, %v", moved, err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Error(err)
	}
	sameSet(t, "parked", w.visible(t, w.consumer.Dead), nil)
	if n := len(w.visible(t, w.consumer.Queue)); n != 2 {
		t.Errorf("%d in the queue, want the one that was lost sight of too", n)
	}
}

// What cannot be returned is told, with how long it will be hidden.
func TestLettersThatCannotBeReturned(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	w.park(t, "message-1")
	tr.On("ChangeMessageVisibilityBatch", faults.Error(http.StatusForbidden, "AccessDeniedException"))
	if _, err := w.letters.List(t.Context(), ports.DeadLetterFilter{}); err == nil || !strings.Contains(err.Error(), "1 are hidden for up to 1m0s") {
		t.Errorf("got %v", err)
	}
}

func TestALogThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	w, tr := faulty(t)
	w.park(t, "message-1")
	tr.On("FilterLogEvents", faults.Error(http.StatusBadRequest, "AccessDeniedException"))
	listing, err := w.letters.List(t.Context(), ports.DeadLetterFilter{})
	if err != nil || len(listing.Letters) != 1 || !strings.Contains(listing.Letters[0].Reason, "cannot be looked up") || !strings.Contains(listing.Letters[0].Reason, "AccessDenied") {
		t.Errorf("got %+v, %v", listing, err)
	}
}
