package rebuild_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

var messages = []string{projection.Inbox.Name, projection.Unread.Name}

func (w *world) do(action ports.RebuildAction, names ...string) error {
	return w.Do(context.Background(), ports.RebuildRequest{Action: action, Projections: names}, func(ports.RebuildReport) {})
}

func (w *world) unread(n int) int {
	w.Helper()
	count, err := w.set.Unread().Count(context.Background(), recipient(n))
	w.ok(err)
	return count.Unread
}

// past publishes and delivers stored messages; every third is read.
func (w *world) past(n int) {
	var evs []events.Event
	for i := range n {
		evs = append(evs, stored(i))
		if i%3 == 0 {
			evs = append(evs, read(i))
		}
	}
	w.publish(evs...)
	w.deliver(evs...)
}

func TestARebuildIsTheSameAndIsPromoted(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	w.past(200)
	w.publish(events.New(start, events.UserVerified{UserID: "u", Username: "Ann"}), events.New(start, events.UserKeyCreated{UserID: "u", KeyID: "k"}))
	var told told
	w.ok(w.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionRebuild, Projections: projection.Names()}, told.tell))
	if diff := cmp.Diff(map[string]int{"users": 2, "inbox": 2, "unread": 2}, w.set.Live()); diff != "" {
		t.Errorf("live (-want +got):\n%s", diff)
	}
	for _, name := range projection.Names() {
		if diff := cmp.Diff(w.rows(name, 1), w.rows(name, 2)); diff != "" || len(w.rows(name, 2)) == 0 {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
	var last *ports.RebuildProgress
	for _, r := range told.reports {
		if r.Progress != nil {
			last = r.Progress
		}
	}
	if last == nil || last.Replayed != 269 || last.Done != last.Total || last.Lag != 0 {
		t.Errorf("the last progress is %+v", last)
	}
}

func TestRollbackLosesNothing(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	w.past(30)
	w.ok(w.do(ports.ActionRebuild, messages...))
	for i := 30; i < 40; i++ { // after the promotion
		w.publish(stored(i))
		w.deliver(stored(i))
	}
	before := w.unread(1)
	w.ok(w.do(ports.ActionRollback, messages...))
	if diff := cmp.Diff(map[string]int{"users": 1, "inbox": 1, "unread": 1}, w.set.Live()); diff != "" {
		t.Errorf("live (-want +got):\n%s", diff)
	}
	if after := w.unread(1); after != before {
		t.Errorf("%d unread after the rollback, %d before", after, before)
	}
	w.ok(w.do(ports.ActionDrop, messages...))
	w.publish(stored(41))
	w.deliver(stored(41))
	if err := w.do(ports.ActionRollback, messages...); !errors.Is(err, ports.ErrGenerations) {
		t.Errorf("a rollback to what was dropped: %v", err)
	}
	w.reopen()
	w.ok(w.do(ports.ActionRebuild, messages...))
	if live := w.set.Live()["inbox"]; live != 3 {
		t.Errorf("generation %d is live: a number was given twice", live)
	}
}

func TestWhatDiffersIsListedAndNotPromoted(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	w.past(9)
	w.ok(w.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM projection_inbox_1 WHERE message_id = 'message-00004'`)
		return err
	}))
	w.pretendDelivered("inbox")
	var told told
	err := w.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionRebuild, Projections: []string{"inbox"}}, told.tell)
	if !errors.Is(err, ports.ErrDiffers) || w.set.Live()["inbox"] != 1 {
		t.Fatalf("%v, generation %d is live", err, w.set.Live()["inbox"])
	}
	c := told.reports[len(told.reports)-1].Comparison
	if c == nil || c.Users != 3 || c.Differing != 1 || c.LiveRows != 8 || c.CandidateRows != 9 || c.Differences[0].UserID != recipient(4) {
		t.Errorf("comparison %+v", c)
	}
	w.ok(w.do(ports.ActionPromote, "inbox"))
	if _, err := w.set.Inbox().Get(t.Context(), recipient(4), "message-00004"); err != nil {
		t.Errorf("the promoted inbox: %v", err)
	}
}

// pretendDelivered moves a checkpoint to the end of the log.
func (w *world) pretendDelivered(consumer string) {
	w.ok(w.db.Write(context.Background(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO event_checkpoints SELECT ?, coalesce(max(position), 0) FROM event_log WHERE true
			ON CONFLICT (consumer) DO UPDATE SET position = excluded.position`, consumer)
		return err
	}))
}

func TestAnInterruptedRebuildGoesOn(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	w.past(300)
	w.pretendDelivered("inbox")
	ctx, cancel := context.WithCancelCause(t.Context())
	began := w.now
	w.ok(w.set.Begin(ctx, began, []string{"inbox"}, 0, w.log.Head))
	w.reopen() // killed before the first batch
	w.publish(stored(5000))
	w.deliver(stored(5000))
	cancel(errors.New("ctrl-c"))
	if err := w.Do(ctx, ports.RebuildRequest{Action: ports.ActionRebuild, Projections: []string{"inbox"}}, func(ports.RebuildReport) {}); !errors.Is(err, context.Canceled) {
		t.Fatalf("with a context that has ended: %v", err)
	}
	w.SetBatch(50, 20)
	w.failAt(2, 200) // of 300
	if err := w.do(ports.ActionRebuild, "inbox"); err == nil || !strings.Contains(err.Error(), "the world ends") {
		t.Fatalf("with a row in the middle that cannot be written: %v", err)
	}
	w.failNoMore()
	w.reopen()
	candidates, err := w.set.Candidates(t.Context())
	w.ok(err)
	at := candidates["inbox"].Position
	if at == 0 || at >= candidates["inbox"].UpTo {
		t.Fatalf("it was cut off at %d of %d", at, candidates["inbox"].UpTo)
	}
	var told told
	w.ok(w.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionRebuild, Projections: []string{"inbox"}}, told.tell))
	if notes, want := strings.Join(told.notes(), "\n"), fmt.Sprintf("resuming generation 2 of inbox: at event %d of", at); !strings.Contains(notes, want) {
		t.Errorf("it said %q, want %q", notes, want)
	}
	if diff := cmp.Diff(w.rows("inbox", 1), w.rows("inbox", 2)); diff != "" {
		t.Errorf("(-live +rebuilt):\n%s", diff)
	}
	w.ok(w.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionStatus}, told.tell))
	var steps []string
	for _, s := range told.reports[len(told.reports)-1].State.Steps {
		steps = append([]string{s.Step}, steps...)
	}
	if diff := cmp.Diff([]string{"started", "resumed", "filled", "compared", "promoted"}, dropRepeats(steps)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// A batch is written in several transactions, and moves the position with the last: what
// is cut off before it is done again, over what is there already.
func TestABatchOfWhichAPartIsOnDiskIsDoneAgain(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	w.past(300)
	w.pretendDelivered("inbox")
	w.ok(w.set.Begin(t.Context(), w.now, []string{"inbox"}, 0, w.log.Head))
	w.SetBatch(1000, 20)
	w.failAt(2, 200)
	if err := w.do(ports.ActionRebuild, "inbox"); err == nil || !strings.Contains(err.Error(), "the world ends") {
		t.Fatalf("with a row that cannot be written: %v", err)
	}
	w.reopen()
	candidates, err := w.set.Candidates(t.Context())
	w.ok(err)
	if rows := len(w.rows("inbox", 2)); rows == 0 || rows >= 300 || candidates["inbox"].Position != 0 {
		t.Fatalf("%d rows are on disk, and the position is %d", rows, candidates["inbox"].Position)
	}
	w.failNoMore()
	w.deliver(read(1)) // meanwhile
	w.publish(read(1))
	w.ok(w.do(ports.ActionRebuild, "inbox"))
	if diff := cmp.Diff(w.rows("inbox", 1), w.rows("inbox", 2)); diff != "" {
		t.Errorf("(-live +rebuilt):\n%s", diff)
	}
}

// dropRepeats leaves out the interruptions, of which the context may make one or none.
func dropRepeats(steps []string) (out []string) {
	for _, s := range steps {
		if s != "interrupted" && (len(out) == 0 || out[len(out)-1] != s) {
			out = append(out, s)
		}
	}
	return out
}

func TestFromATime(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	for i := range 10 {
		w.now = start.Add(time.Duration(i) * time.Hour)
		w.publish(stored(i))
		w.deliver(stored(i))
	}
	w.pretendDelivered("unread")
	err := w.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionRebuild, Projections: []string{"unread"}, From: start.Add(7 * time.Hour)}, func(ports.RebuildReport) {})
	if !errors.Is(err, ports.ErrDiffers) {
		t.Fatalf("%v, want what differs", err)
	}
	if rows := w.rows("unread", 2); len(rows) != 3 {
		t.Errorf("%d rows, want those of 3 events: %v", len(rows), rows)
	}
}

func TestAnEventThatNobodyKnowsIsSkipped(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	w.past(3)
	w.ok(w.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO event_log (published_at, source, type, subject, detail) VALUES (0, 'sealpost.messages', 'MessageRead', 's', x'7b7d')`)
		return err
	}))
	w.ok(w.do(ports.ActionRebuild, "inbox"))
	steps, err := w.set.Steps(t.Context(), 10)
	w.ok(err)
	var filled string
	for _, s := range steps {
		if s.Step == "filled" {
			filled = s.Detail
		}
	}
	if !strings.Contains(filled, "1 skipped") {
		t.Errorf("recorded %q", filled)
	}
}

func TestRequestsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	for want, requests := range map[error][]ports.RebuildRequest{
		ports.ErrRebuildRequest: {{}, {Action: "explode", Projections: messages}, {Action: ports.ActionDrop}, {Action: ports.ActionDrop, Projections: []string{"inbox", "inbox"}}},
		ports.ErrRebuildRequest: {{Action: ports.ActionRebuild, Projections: []string{"outbox"}}},
		ports.ErrGenerations:    {{Action: ports.ActionDrop, Projections: messages}, {Action: ports.ActionPromote, Projections: messages}, {Action: ports.ActionRollback, Projections: messages}},
	} {
		for _, request := range requests {
			if err := w.Do(t.Context(), request, func(ports.RebuildReport) {}); !errors.Is(err, want) {
				t.Errorf("%+v: %v, want %v", request, err, want)
			}
		}
	}
}

func TestOneAtATime(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t)
	w.past(3)
	var second error
	w.ok(w.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionRebuild, Projections: []string{"inbox"}}, func(ports.RebuildReport) {
		second = w.do(ports.ActionRebuild, "unread")
	}))
	if !errors.Is(second, ports.ErrRebuildBusy) {
		t.Errorf("a second rebuild at the same time: %v", second)
	}
}

// A process that was killed while it dropped a generation left its table behind.
// Status tells of it, and each of these removes it, and nothing else.
func TestAnInterruptedDropIsFinished(t *testing.T) {
	t.Parallel()
	for name, finish := range map[string]func(*testing.T, *world) error{
		"by another drop": func(_ *testing.T, w *world) error { return w.do(ports.ActionDrop, "inbox") },
		"by itself": func(t *testing.T, w *world) error {
			left, err := w.set.Sweep(t.Context())
			if !reflect.DeepEqual(left, map[string][]int{"inbox": {1}}) {
				t.Errorf("swept %v", left)
			}
			return err
		},
		"after another rebuild": func(_ *testing.T, w *world) error {
			return errors.Join(w.do(ports.ActionRebuild, "inbox"), w.do(ports.ActionDrop, "inbox"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTestWorld(t)
			w.past(10)
			w.pretendDelivered("inbox")
			w.pretendDelivered("unread")
			w.ok(w.do(ports.ActionRebuild, messages...))
			w.ok(w.db.Write(t.Context(), func(tx *sqlite.Tx) error {
				_, err := tx.Exec(`DELETE FROM projection_candidates WHERE projection = 'inbox'`)
				return err
			}))
			w.reopen()
			if found := left(t, w); !reflect.DeepEqual(found, []int{1}) {
				t.Errorf("the status tells of %v", found)
			}
			w.ok(finish(t, w))
			if found := left(t, w); found != nil {
				t.Errorf("left are %v", found)
			}
			var tables int
			w.ok(w.db.Read().QueryRow(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND (name GLOB 'projection_inbox_*' OR name GLOB 'projection_unread_*')`).Scan(&tables))
			if tables != 3 { // the inbox, and both generations of unread
				t.Errorf("there are %d tables", tables)
			}
			if err := w.do(ports.ActionDrop, "inbox"); !errors.Is(err, ports.ErrGenerations) {
				t.Errorf("with nothing left: %v", err)
			}
		})
	}
}

// left is what the status tells of the inbox.
func left(t *testing.T, w *world) (left []int) {
	t.Helper()
	w.ok(w.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionStatus}, func(r ports.RebuildReport) {
		for _, p := range r.State.Projections {
			if p.Projection == "inbox" {
				left = p.Left
			}
		}
	}))
	return left
}
