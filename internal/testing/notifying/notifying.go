// Package notifying tests the notify consumer with a ledger of notifications. For any
// order of storing, reading, deliveries, failures and clock steps, every message that
// stays unread is counted in some mail.
package notifying

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
)

// EveryUnreadMessageIsCounted draws random courses of events over ledgers from open.
// Each course begins without an entry for the recipient, and may open its ledger again
// after a crash.
func EveryUnreadMessageIsCounted(t *testing.T, open func() ports.NotificationLedger) {
	t.Helper()
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		w := &world{
			t: t, open: open, ledger: open(), now: handlertest.Now(), recipient: fmt.Sprintf("recipient-%d-%d", time.Now().UnixNano(), runs),
			messages: map[string]*message{},
		}
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			w.do(drawStep(r, 2))
		}
		w.quiet()
		w.judge(r)
	})
}

type message struct {
	read bool
	// How far the projections are: 0 behind, 1 stored, 2 read.
	unread, inbox int
	acknowledged  bool
}

type step struct {
	Kind  string
	Which int // index of the message, or seconds
	// For a delivery: faults and concurrent steps before its calls.
	Faults []fault
}

type fault struct {
	Kind string // "fails", "fails late" (after its effect), "crashes" or "" (no fault)
	Then []step
}

func drawStep(r *rapid.T, depth int) step {
	kinds := []string{"store", "store", "read", "unread follows", "inbox follows", "clock", "deliver", "deliver", "redeliver"}
	s := step{Kind: rapid.SampledFrom(kinds).Draw(r, "kind"), Which: rapid.IntRange(0, 1<<16).Draw(r, "which")}
	if depth == 0 || (s.Kind != "deliver" && s.Kind != "redeliver") {
		return s
	}
	for range rapid.IntRange(0, 7).Draw(r, "calls") {
		f := fault{Kind: rapid.SampledFrom([]string{"", "", "", "fails", "fails late", "crashes"}).Draw(r, "fault")}
		for range rapid.IntRange(0, 2).Draw(r, "meanwhile") {
			f.Then = append(f.Then, drawStep(r, depth-1))
		}
		s.Faults = append(s.Faults, f)
	}
	return s
}

type world struct {
	t         *testing.T
	open      func() ports.NotificationLedger
	ledger    ports.NotificationLedger
	now       time.Time
	recipient string
	messages  map[string]*message
	ids       []string          // in the order of storing
	mails     []map[string]bool // the messages that each mail counted
	violation string
}

func (w *world) do(s step) {
	pick := func(want func(*message) bool) *message {
		var fit []*message
		for _, id := range w.ids {
			if want(w.messages[id]) {
				fit = append(fit, w.messages[id])
			}
		}
		if len(fit) == 0 {
			return &message{}
		}
		return fit[s.Which%len(fit)]
	}
	switch s.Kind {
	case "store": // ids of several processes do not ascend
		id := fmt.Sprintf("%02d-%03d", s.Which%7, len(w.ids))
		w.ids, w.messages[id] = append(w.ids, id), &message{}
	case "read":
		m := pick(func(m *message) bool { return !m.read })
		m.read = true
	case "unread follows":
		m := pick(func(m *message) bool { return m.unread == 0 || m.unread == 1 && m.read })
		m.unread++
	case "inbox follows":
		m := pick(func(m *message) bool { return m.inbox == 0 || m.inbox == 1 && m.read })
		m.inbox++
	case "clock":
		w.now = w.now.Add(time.Duration(s.Which%200_000-100_000) * time.Second / time.Duration(1+s.Which%5000))
	case "deliver", "redeliver":
		var batch []string
		for i, id := range w.ids {
			if (s.Which>>(i%16))&1 == 1 && (s.Kind == "redeliver" || !w.messages[id].acknowledged) {
				batch = append(batch, id)
			}
		}
		w.deliver(batch, s.Faults)
	}
}

// deliver passes a batch to a new instance of the consumer.
func (w *world) deliver(batch []string, faults []fault) {
	if len(batch) == 0 {
		return
	}
	d := &delivery{world: w, faults: faults}
	c, err := notify.New(notify.Deps{
		Users: users{d: d}, Inbox: inbox{d: d}, Unread: unread{d}, Ledger: ledger{d}, Notifier: notifier{d},
		Now: func() time.Time { return w.now }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	evs := make([]events.Event, len(batch))
	for i, id := range batch {
		evs[i] = events.New(w.now, events.MessageStored{
			MessageID: id, SenderID: "s", RecipientID: w.recipient, ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
		})
	}
	handed := handlertest.Batch(w.t, evs...)
	got, err := c.Handle(context.Background(), handed)
	if err != nil || d.crashed {
		return // nothing is acknowledged
	}
	for i, id := range batch {
		failed := slices.ContainsFunc(got.BatchItemFailures, func(f lambdaevents.SQSBatchItemFailure) bool {
			return f.ItemIdentifier == handed.Records[i].MessageId
		})
		if !failed {
			w.messages[id].acknowledged = true
			w.check(id)
		}
	}
}

// check verifies the rule: a message that a queue will not deliver again was read or
// counted.
func (w *world) check(id string) {
	counted := slices.ContainsFunc(w.mails, func(m map[string]bool) bool { return m[id] })
	if m := w.messages[id]; m.acknowledged && !m.read && !counted && w.violation == "" {
		w.violation = "message " + id + " was acknowledged, is unread, and no mail counted it"
	}
}

// quiet finishes everything in progress, without faults.
func (w *world) quiet() {
	for range 4 {
		w.now = w.now.Add(time.Minute)
		var left []string
		for _, id := range w.ids {
			m := w.messages[id]
			m.unread, m.inbox = 1, 1
			if m.read {
				m.unread, m.inbox = 2, 2
			}
			if !m.acknowledged {
				left = append(left, id)
			}
		}
		w.deliver(left, nil)
	}
}

func (w *world) judge(r *rapid.T) {
	for _, id := range w.ids {
		if !w.messages[id].acknowledged {
			r.Fatalf("message %s is delivered for ever", id)
		}
		w.check(id)
	}
	if w.violation != "" {
		r.Fatal(w.violation)
	}
}
