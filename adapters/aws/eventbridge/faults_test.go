package eventbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/eventbridge"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

// request is what goes over the wire.
type request struct {
	EndpointId string //nolint:revive // AWS's spelling
	Entries    []struct{ EventBusName, Source, DetailType, Detail string }
}

func requestOf(t *testing.T, c faults.Call) request {
	t.Helper()
	var r request
	if err := json.Unmarshal(c.Body, &r); err != nil {
		t.Fatalf("request %s: %v", c.Body, err)
	}
	return r
}

// results answers PutEvents with one code for each entry, "" for an entry that is
// taken.
func results(codes ...string) faults.Fault {
	failed := 0
	var entries []string
	for i, code := range codes {
		if code == "" {
			entries = append(entries, fmt.Sprintf(`{"EventId":"eb-%d"}`, i))
			continue
		}
		failed++
		entries = append(entries, fmt.Sprintf(`{"ErrorCode":%q,"ErrorMessage":"injected"}`, code))
	}
	return faults.Answer(http.StatusOK, fmt.Sprintf(`{"FailedEntryCount":%d,"Entries":[%s]}`, failed, strings.Join(entries, ",")))
}

func reads(n int) []events.Event {
	var evs []events.Event
	for range n {
		evs = append(evs, events.New(time.Now(), events.MessageRead{MessageID: events.NewID(time.Now()), RecipientID: "user-1"}))
	}
	return evs
}

func ids(evs []events.Event) []string {
	var out []string
	for _, ev := range evs {
		out = append(out, ev.Metadata.ID)
	}
	return out
}

// putIDs are the ids of the events in each call.
func putIDs(t *testing.T, tr *faults.Transport) [][]string {
	t.Helper()
	var out [][]string
	for _, c := range tr.Calls("PutEvents") {
		var call []string
		for _, e := range requestOf(t, c).Entries {
			var detail struct{ Metadata events.Metadata }
			if err := json.Unmarshal([]byte(e.Detail), &detail); err != nil {
				t.Fatal(err)
			}
			call = append(call, detail.Metadata.ID)
		}
		out = append(out, call)
	}
	return out
}

// publish runs one Publish in a bubble, where backoff takes no time.
func publish(t *testing.T, evs []events.Event, fs ...faults.Fault) (*faults.Transport, error) {
	t.Helper()
	tr := faults.New(nil).On("PutEvents", fs...)
	var err error
	synctest.Test(t, func(t *testing.T) {
		err = eventbridge.New(faults.Config(tr), "bus-1").Publish(t.Context(), evs...)
	})
	tr.Spent(t)
	return tr, err
}

const throttled = "ThrottlingException"

func TestOnlyRefusedEntriesAreSentAgain(t *testing.T) {
	t.Parallel()
	evs := reads(4)
	tr, err := publish(t, evs, results("", throttled, "", "InternalFailure"), results("", throttled), results(""))
	if err != nil {
		t.Fatal(err)
	}
	all := ids(evs)
	want := [][]string{all, {all[1], all[3]}, {all[3]}}
	if got := putIDs(t, tr); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("calls had %v, want %v", got, want)
	}
}

func TestWhatIsNeverTakenIsReported(t *testing.T) {
	t.Parallel()
	evs := reads(3)
	tr, err := publish(t, evs, results("", throttled, ""), results(throttled), results(throttled), results(throttled))
	failed(t, err, evs[1])
	var entry *eventbridge.EntryError
	if !errors.As(err, &entry) || entry.Code != throttled {
		t.Errorf("cause %v, want %s", err, throttled)
	}
	if n := len(tr.Calls("PutEvents")); n != 4 {
		t.Errorf("%d calls, want 4: retries are bounded", n)
	}
}

// failed checks that the error names exactly these events as not published.
func failed(t *testing.T, err error, want ...events.Event) {
	t.Helper()
	var e *ports.PublishError
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want a PublishError", err)
	}
	if got := ids(e.Failed); !slices.Equal(got, ids(want)) {
		t.Errorf("failed %v, want %v", got, ids(want))
	}
}

func TestAHopelessEntryDoesNotKeepTheOthersFromTheirRetry(t *testing.T) {
	t.Parallel()
	evs := reads(3)
	tr, err := publish(t, evs, results("NotAuthorizedForSourceException", throttled, ""), results(""))
	failed(t, err, evs[0])
	if got := putIDs(t, tr); !slices.Equal(got[1], ids(evs[1:2])) {
		t.Errorf("second call had %v, want the throttled one alone", got[1])
	}
}

func TestACallThatFailsAsAWholeStopsTheRest(t *testing.T) {
	t.Parallel()
	evs := reads(25)
	ten := results(make([]string, 10)...)
	tr, err := publish(t, evs, ten, faults.Error(http.StatusBadRequest, "AccessDeniedException"))
	failed(t, err, evs[10:]...)
	if n := len(tr.Calls("PutEvents")); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

func TestAPartialFailureOfOneCallDoesNotStopTheNext(t *testing.T) {
	t.Parallel()
	evs := reads(12)
	codes := make([]string, 10)
	codes[3] = "MalformedDetail"
	_, err := publish(t, evs, results(codes...), results("", ""))
	failed(t, err, evs[3])
}

func TestTransientFailuresOfCallsAreRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]faults.Fault{
		"throttled": faults.Throttled(), "unavailable": faults.Unavailable(), "timeout": faults.Timeout(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := publish(t, reads(1), fault, fault, results(""))
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRetriesOfCallsAreBounded(t *testing.T) {
	t.Parallel()
	evs := reads(2)
	tr, err := publish(t, evs, faults.Repeat(4, faults.Unavailable())...)
	failed(t, err, evs...)
	if n := len(tr.Calls("PutEvents")); n != 4 {
		t.Errorf("%d calls, want 4", n)
	}
}

// TestFewerResultsThanEntries: which event a result belongs to is its place, so a
// list of another length says nothing of any.
func TestFewerResultsThanEntries(t *testing.T) {
	t.Parallel()
	evs := reads(2)
	_, err := publish(t, evs, results(""))
	failed(t, err, evs...)
}

func TestTheContextEndsTheRetries(t *testing.T) {
	t.Parallel()
	evs := reads(1)
	tr := faults.New(nil).On("PutEvents", faults.Repeat(4, results(throttled))...)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
		defer cancel()
		err := eventbridge.New(faults.Config(tr), "bus-1").Publish(ctx, evs...)
		failed(t, err, evs...)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the context's", err)
		}
	})
	if n := len(tr.Calls("PutEvents")); n > 1 {
		t.Errorf("%d calls, want 1 at most", n)
	}
}

func TestBusAndEndpointGoOverTheWire(t *testing.T) {
	t.Parallel()
	tr := faults.New(nil).On("PutEvents", results(""))
	bus := eventbridge.New(faults.Config(tr), "arn:aws:events:us-east-1:123456789012:event-bus/b", eventbridge.WithEndpointID(""))
	if err := bus.Publish(t.Context(), reads(1)...); err != nil {
		t.Fatal(err)
	}
	r := requestOf(t, tr.Calls("PutEvents")[0])
	if e := r.Entries[0]; r.EndpointId != "" || e.EventBusName != "arn:aws:events:us-east-1:123456789012:event-bus/b" ||
		e.Source != events.SourceMessages || e.DetailType != "MessageRead" {
		t.Errorf("request %+v", r)
	}
}

func TestAGlobalEndpointIsNamed(t *testing.T) {
	t.Parallel()
	tr := faults.New(nil).On("PutEvents", results(""))
	cfg := faults.Config(tr)
	cfg.BaseEndpoint = nil // a global endpoint has a host name of its own
	if err := eventbridge.New(cfg, "bus-1", eventbridge.WithEndpointID("abcde.veo")).Publish(t.Context(), reads(1)...); err != nil {
		t.Fatal(err)
	}
	call := tr.Calls("PutEvents")[0]
	if r := requestOf(t, call); r.EndpointId != "abcde.veo" || call.Request.URL.Host != "abcde.veo.endpoint.events.amazonaws.com" {
		t.Errorf("endpoint %q at %q", r.EndpointId, call.Request.URL.Host)
	}
}
