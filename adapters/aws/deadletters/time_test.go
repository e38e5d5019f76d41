package deadletters_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/ports"
)

// pass lets time pass in a bubble.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

func TestWhatIsHeldStaysHidden(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, letters, _ := scriptedLetters(t)
		s.queues["dead"] = []string{"a", "b"}
		begun := time.Now()
		h, err := letters.Hold(t.Context(), ports.DeadLetterFilter{})
		if err != nil {
			t.Fatal(err)
		}
		pass(t, 70*time.Second)
		renewals := s.of("ChangeMessageVisibilityBatch")
		if len(renewals) != 3 {
			t.Fatalf("%d renewals in 70 s", len(renewals))
		}
		for i, r := range renewals {
			if after := r.at.Sub(begun); after != time.Duration(i+1)*20*time.Second || len(entriesOf(r)) != 2 || entriesOf(r)[0]["VisibilityTimeout"] != 60.0 {
				t.Errorf("after %v: %v", after, r.body)
			}
		}
		if err := h.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(t, time.Hour)
		if calls := s.of("ChangeMessageVisibilityBatch"); len(calls) != 4 || entriesOf(calls[3])[0]["VisibilityTimeout"] != 0.0 {
			t.Errorf("%d calls, the last is %v", len(calls), calls[len(calls)-1].body)
		}
	})
}

// A queue that says that it holds more than was found is asked again; what it says
// is approximate, so it is not asked for ever.
func TestAnEmptyAnswerIsNotTheEndAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, letters, _ := scriptedLetters(t)
		s.counts["dead"] = 7
		if _, err := letters.List(t.Context(), ports.DeadLetterFilter{}); err != nil {
			t.Fatal(err)
		}
		asked := map[string]int{}
		for _, r := range s.of("ReceiveMessage") {
			asked[fmt.Sprint(r.body["QueueUrl"])]++
			if r.body["WaitTimeSeconds"] != 1.0 || r.body["VisibilityTimeout"] != 60.0 {
				t.Errorf("asked %v", r.body)
			}
		}
		if asked["dead"] != 3 || asked["undelivered"] != 1 {
			t.Errorf("asked %v times", asked)
		}
	})
}

// What somebody has just let go may be counted as hidden still: those that were
// found are not told to be out of sight.
func TestCountsThatLagBehind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ visible, hidden, want int }{
		"just let go":                   {visible: 0, hidden: 2, want: 0},
		"let go, and others still held": {visible: 0, hidden: 5, want: 3},
		"held by somebody":              {visible: 2, hidden: 3, want: 3},
		"taken by somebody meanwhile":   {visible: 4, hidden: 3, want: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, letters, _ := scriptedLetters(t)
				s.queues["dead"], s.counts["dead"], s.hidden["dead"] = []string{"a", "b"}, c.visible, c.hidden
				listing, err := letters.List(t.Context(), ports.DeadLetterFilter{})
				if err != nil || len(listing.Letters) != 2 || listing.Hidden != c.want {
					t.Errorf("%d letters and %d hidden, want %d; %v", len(listing.Letters), listing.Hidden, c.want, err)
				}
			})
		})
	}
}

// Reasons are looked for where they must be, then up to now; an empty page is not
// the last one.
func TestWhereReasonsAreLookedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, letters, _ := scriptedLetters(t)
		s.queues["dead"] = []string{"a", "b"}
		line := func(id, reason string) string { return parkedLine(ports.DeadLetterID{Delivery: id}, reason) }
		s.pages = [][]string{{}, {line("a", "first")}, {"no JSON", line("stranger", "x")}}
		sent := time.Now().Add(-24 * time.Hour)
		listing, err := letters.List(t.Context(), ports.DeadLetterFilter{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, l := range listing.Letters {
			got[l.ID.Delivery] = l.Reason
		}
		if got["a"] != "first" || got["b"] != "the reason is not in the log (any more)" {
			t.Errorf("got %v", got)
		}
		searches := s.of("FilterLogEvents")
		var phrases []string
		for _, c := range searches {
			phrases = append(phrases, fmt.Sprint(c.body["filterPattern"]))
		}
		const parked, failed = `"delivery goes to the dead-letter queue"`, `"delivery failed"`
		if want := []string{parked, parked, parked, failed, parked, failed}; !slices.Equal(phrases, want) {
			t.Fatalf("searched for %v, want %v", phrases, want)
		}
		// 5 s of delay and four times 60 s of visibility, and 5 minutes on each side.
		first, last := searches[0].body, searches[5].body
		if first["startTime"] != float64(sent.Add(-5*time.Minute).UnixMilli()) || first["endTime"] != float64(sent.Add(5*time.Second+4*time.Minute+5*time.Minute).UnixMilli()) {
			t.Errorf("first from %v to %v, sent at %v", first["startTime"], first["endTime"], sent.UnixMilli())
		}
		if last["endTime"] != float64(time.Now().Add(5*time.Minute).UnixMilli()) || last["startTime"] != first["startTime"] || first["logGroupName"] != "log" {
			t.Errorf("first %v, last %v", first, last)
		}
	})
}

func TestALogThatDoesNotAnswerInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, letters, _ := scriptedLetters(t)
		s.queues["dead"], s.hanging = []string{"a"}, "FilterLogEvents"
		begun := time.Now()
		listing, err := letters.List(t.Context(), ports.DeadLetterFilter{})
		if err != nil || listing.Letters[0].Reason != "the reason was not found in the log within a minute" {
			t.Errorf("%+v, %v", listing, err)
		}
		if took := time.Since(begun); took != time.Minute {
			t.Errorf("it took %v", took)
		}
		sameSet(t, "visible", s.queues["dead"], []string{"a"})
	})
}

// outcome asks every second, for so long, until the delivery has its outcome.
func outcome(t *testing.T, letters *deadletters.Letters, id ports.DeadLetterID, patience time.Duration) (last ports.RedriveOutcome, took time.Duration) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < patience; pass(t, time.Second) {
		seen, err := letters.Outcomes(t.Context(), []ports.DeadLetterID{id})
		if err != nil {
			t.Fatal(err)
		}
		if o, ok := seen[id]; ok {
			if last = o; o.State != ports.OutcomeWaiting {
				return o, time.Since(begun)
			}
		}
	}
	return last, patience
}

func TestWhatBecameOfADelivery(t *testing.T) {
	t.Parallel()
	was, as := ports.DeadLetterID{Consumer: "inbox-1", Delivery: "old"}, ports.DeadLetterID{Consumer: "inbox-1", Delivery: "new"}
	handled := `{"message":"delivery handled","deliveryId":"new"}`
	failed := `{"message":"delivery failed","deliveryId":"new","error":"again"}`
	for name, c := range map[string]struct {
		pages [][]string
		// queue is what the queue holds, dead what is parked.
		queue int
		dead  []string
		log   string // the error of reading it
		state ports.OutcomeState
		why   string
		by    time.Duration
	}{
		"the log says that it was handled":         {pages: [][]string{{failed, handled}}, queue: 5, state: ports.OutcomeDelivered},
		"the log says that it was parked":          {pages: [][]string{{failed, parkedLine(as, "for good")}}, queue: 5, state: ports.OutcomeParked, why: "for good"},
		"it failed and will be tried again":        {pages: [][]string{{failed}}, queue: 1, state: ports.OutcomeWaiting, why: "again", by: 10 * time.Minute},
		"no log, the queue has drained":            {log: "AccessDeniedException", state: ports.OutcomeDelivered, by: time.Minute},
		"no log, it is in the dead-letter queue":   {log: "AccessDeniedException", dead: []string{"new", "other"}, state: ports.OutcomeParked, why: "the reason cannot be looked up", by: time.Minute},
		"no log, and the queue is never empty":     {log: "AccessDeniedException", queue: 3, state: ports.OutcomeWaiting, by: 10 * time.Minute},
		"others' lines say nothing about this one": {pages: [][]string{{`{"message":"delivery handled","deliveryId":"other"}`}}, queue: 1, state: ports.OutcomeWaiting, by: 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, letters, consumer := scriptedLetters(t)
				s.pages, s.counts["queue"], s.queues["dead"] = c.pages, c.queue, c.dead
				if c.log != "" {
					s.refuse["FilterLogEvents"] = c.log
				}
				letters.Redriven(consumer, map[ports.DeadLetterID]ports.DeadLetterID{was: as})
				o, took := outcome(t, letters, was, 10*time.Minute)
				if o.State != c.state || !strings.HasPrefix(o.Reason, c.why) || (c.why == "") != (o.Reason == "") || o.As != as {
					t.Errorf("got %+v", o)
				}
				if took < c.by || took > c.by+10*time.Second {
					t.Errorf("it took %v, want %v", took, c.by)
				}
				if n := len(s.of("GetQueueAttributes")); n > int(took/(3*time.Second))+6 {
					t.Errorf("asked %d times in %v", n, took)
				}
				if s.set(func() { s.queues["dead"] = append(s.queues["dead"], "x") }); len(s.queues["dead"]) != len(c.dead)+1 {
					t.Errorf("dead letters were kept hidden: %v", s.queues["dead"])
				}
			})
		})
	}
}

func TestHowLongAnOutcomeMayTake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, letters, c := scriptedLetters(t)
		got, err := letters.Waits(t.Context(), ports.DeadLetterFilter{Consumer: c.Key})
		if want := 5*time.Second + 4*time.Minute + 3*time.Minute; err != nil || got.Outcome != want || got.Hidden != 2*time.Minute {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	})
}
