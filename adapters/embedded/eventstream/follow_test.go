package eventstream_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/eventstream"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

func TestASubscriberGetsThePastAndThePresent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{})
	token := w.add(t, "audit")
	past := numbered(250) // more than two pages
	w.publish(t, past...)
	f := w.follow(t, "", token)
	f.want(past...)
	w.publish(t, "now", "later")
	f.want("now", "later")
}

func TestASubscriberGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{MaxPerSubscriber: 10})
	token := w.add(t, "audit")
	w.publish(t, "a", "b", "user:u", "c")
	w.follow(t, "?after=2", token).want("u", "c")
	// A client that reconnects repeats its URL; its header is newer.
	w.follow(t, "?after=0", token, "Last-Event-ID", "3").want("c")
	w.follow(t, "?type=MessageRead&type=MessageStored", token).want("a", "b", "c")
	w.follow(t, "?type=UserVerified", token).want("u")
	f := w.follow(t, "?after=latest", token)
	w.publish(t, "d")
	f.want("d")
}

func TestAFilteredCursorMovesWithTheHeartbeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{Heartbeat: 10 * time.Millisecond})
	token := w.add(t, "audit")
	w.publish(t, "a", "b", "c")
	f := w.follow(t, "?type=UserVerified", token)
	for f.id != "3" || f.beats < 3 {
		if data, ok := f.block(); data != "" || !ok {
			t.Fatalf("got %q, %v", data, ok)
		}
	}
}

func TestStrangersGetNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{})
	token := w.add(t, "audit")
	w.publish(t, "a")
	id := strings.Split(token, "_")[2]
	for name, wrong := range map[string]string{
		"no token": "", "nonsense": "nonsense", "a wrong secret": "sealpost_sub_" + id + "_WRONG", "no secret": "sealpost_sub_" + id + "_",
		"cut": token[:len(token)-1], "longer": token + "A", "another id": "sealpost_sub_x_" + strings.Split(token, "_")[3], "prefix": "sealpost_sub_",
	} {
		if res := w.get(t, "", wrong); res.StatusCode != http.StatusUnauthorized || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	if res := w.get(t, "", "", "Authorization", "Basic "+token); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("basic: %s", res.Status)
	}
}

func TestWhatASubscriberGetsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{})
	token := w.add(t, "audit")
	w.publish(t, "a")
	for _, query := range []string{"?after=x", "?after=-1", "?after=2", "?type=Nothing", "?type=", "?after=9999999999999999999", "?%zz"} {
		if res := w.get(t, query, token); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", query, res.Status)
		}
	}
	if res := w.get(t, "", token, "Last-Event-ID", "2"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("ahead of the log: %s", res.Status)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "GET" {
		t.Errorf("POST: %v, %v", res, err)
	}
	_ = res.Body.Close()
}

func TestOnlySoManyFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{MaxStreams: 3, MaxPerSubscriber: 2})
	a, b := w.add(t, "a"), w.add(t, "b")
	first := w.get(t, "", a)
	w.get(t, "", a)
	if res := w.get(t, "", a); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("the third of one: %s", res.Status)
	}
	w.get(t, "", b)
	if res := w.get(t, "", b); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("the fourth of all: %s", res.Status)
	}
	if err := first.Body.Close(); err != nil {
		t.Fatal(err)
	}
	eventually.True(t, "a place", func() bool { return w.handler.Streams() == 2 })
	if res := w.get(t, "", b); res.StatusCode != http.StatusOK {
		t.Errorf("after one left: %s", res.Status)
	}
}

func TestARemovedSubscriberIsCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{Heartbeat: 10 * time.Millisecond})
	token := w.add(t, "audit")
	f := w.follow(t, "", token)
	if err := w.registry.Remove(t.Context(), "audit"); err != nil {
		t.Fatal(err)
	}
	f.toTheEnd()
	if res := w.get(t, "", token); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("came back: %s", res.Status)
	}
}

// A subscriber that does not read is dropped; it harms nobody, and misses nothing
// when it comes back.
func TestASlowReaderIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{WriteTimeout: time.Second})
	slow := w.add(t, "slow")
	f := w.follow(t, "", slow)
	const large = 2000 // some 20 MB: more than the connection's buffers hold
	publishLarge(t, w.log, large)
	eventually.True(t, "the slow reader to be dropped", func() bool { return w.handler.Streams() == 0 })
	got := f.toTheEnd()
	if got == large {
		t.Fatal("it was not slow: the connection took everything")
	}
	if rest := w.follow(t, "", slow, "Last-Event-ID", f.id); got > 0 {
		for range large - got {
			rest.next()
		}
		if rest.id != strconv.Itoa(large) {
			t.Errorf("caught up to %s", rest.id)
		}
	}
}

// publishLarge publishes events that are as large as events get.
func publishLarge(t *testing.T, log *eventlog.Log, n int) {
	t.Helper()
	evs := make([]events.Event, n)
	for i := range evs {
		evs[i] = events.New(time.Now(), events.MessageStored{
			MessageID: events.NewID(time.Now()), SenderID: "s", RecipientID: "r", ObjectKey: strings.Repeat("o", 1000),
			KeyID: strings.Repeat("k", 1000), WrappedKey: make([]byte, 6000), Algorithm: "a",
		})
	}
	if err := log.Publish(t.Context(), evs...); err != nil {
		t.Fatal(err)
	}
}

func TestStopEndsEveryStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{})
	token := w.add(t, "audit")
	f := w.follow(t, "", token)
	w.publish(t, "a")
	f.want("a")
	w.handler.Stop()
	w.handler.Stop()
	f.toTheEnd()
	if err := f.scan.Err(); err != nil {
		t.Errorf("the stream ended badly: %v", err)
	}
	eventually.True(t, "nobody to follow", func() bool { return w.handler.Streams() == 0 })
}
