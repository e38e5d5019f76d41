package rebuild_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// machine drives a world at random, and knows what a fold over the events gives.
type machine struct {
	*world
	published []events.Event
	pending   []events.Event // published and not delivered yet
}

// pool is how many messages there are: few, so that they are often met again.
const pool = 12

func (m *machine) draw(t *rapid.T) events.Event {
	n := rapid.IntRange(0, pool-1).Draw(t, "message")
	if rapid.Bool().Draw(t, "read") {
		return read(n)
	}
	return stored(n)
}

// step does one thing that can happen.
func (m *machine) step(t *rapid.T) {
	names := rapid.SampledFrom([][]string{{"inbox"}, {"unread"}, {"inbox", "unread"}}).Draw(t, "projections")
	switch rapid.SampledFrom([]string{"publish", "publish", "deliver", "again", "rebuild", "rebuild", "cut off", "promote", "rollback", "drop", "crash"}).Draw(t, "step") {
	case "publish":
		for range rapid.IntRange(1, 6).Draw(t, "events") {
			ev := m.draw(t)
			m.publish(ev)
			m.published, m.pending = append(m.published, ev), append(m.pending, ev)
		}
	case "deliver": // in any order
		m.pending = rapid.Permutation(m.pending).Draw(t, "order")
		n := rapid.IntRange(0, len(m.pending)).Draw(t, "delivered")
		m.deliver(m.pending[:n]...)
		m.pending = m.pending[n:]
	case "again": // a duplicate, or a replay
		if len(m.published) > 0 {
			m.deliver(rapid.SampledFrom(m.published).Draw(t, "duplicate"))
		}
	case "rebuild":
		m.allowed(m.do(ports.ActionRebuild, names...))
	case "cut off":
		m.cutOff(rapid.IntRange(0, pool-1).Draw(t, "at message"), names)
		m.reopen()
		m.SetBatch(3, 2)
	case "promote":
		m.allowed(m.do(ports.ActionPromote, names...))
	case "rollback":
		m.allowed(m.do(ports.ActionRollback, names...))
	case "drop":
		m.allowed(m.do(ports.ActionDrop, names...))
	case "crash":
		m.reopen()
		m.SetBatch(3, 2)
	}
}

// cutOff rebuilds and fails when a message comes to a candidate of the inbox, if there is one.
func (m *machine) cutOff(message int, names []string) {
	if slices.Contains(names, "inbox") {
		// Begun already, so that the candidate is there.
		m.allowed(m.set.Begin(context.Background(), m.now, []string{"inbox"}, 0, m.log.Head))
	}
	candidates, err := m.set.Candidates(context.Background())
	m.ok(err)
	if c, ok := candidates["inbox"]; ok && c.State == projections.Filling {
		m.failAt(c.Generation, message)
		defer m.failNoMore()
	}
	m.allowed(m.do(ports.ActionRebuild, names...))
}

// allowed takes the errors that say that a step is not possible now.
func (m *machine) allowed(err error) {
	if err != nil && !errors.Is(err, ports.ErrGenerations) && !strings.Contains(err.Error(), "the world ends") && !errors.Is(err, ports.ErrDiffers) {
		m.Fatal(err)
	}
}

// fold is what the projections are by definition, row by row as the tables have them.
func (m *machine) fold() (inbox, unread []string) {
	storedIDs, readIDs := map[string]events.MessageStored{}, map[string]string{}
	for _, ev := range m.published {
		switch e := ev.Data.(type) {
		case events.MessageStored:
			storedIDs[e.MessageID] = e
		case events.MessageRead:
			readIDs[e.MessageID] = e.RecipientID
		}
	}
	for id, e := range storedIDs {
		if _, isRead := readIDs[id]; isRead {
			inbox = append(inbox, fmt.Sprint(e.RecipientID, 1, id, e.Size))
			continue
		}
		inbox = append(inbox, fmt.Sprint(e.RecipientID, 0, id, e.Size))
		unread = append(unread, fmt.Sprint(e.RecipientID, 0, id))
	}
	for id, recipient := range readIDs {
		unread = append(unread, fmt.Sprint(recipient, 1, id))
		if _, isStored := storedIDs[id]; !isStored {
			inbox = append(inbox, fmt.Sprint(recipient, 1, id, "none"))
		}
	}
	slices.Sort(inbox)
	slices.Sort(unread)
	return inbox, unread
}

func (m *machine) table(columns, of string, generation int) (out []string) {
	m.Helper()
	rows, err := m.db.Read().Query(fmt.Sprintf(`SELECT %s FROM projection_%s_%d`, columns, of, generation))
	m.ok(err)
	for rows.Next() {
		var recipient, id string
		var isRead int
		size := any(nil)
		into := []any{&recipient, &isRead, &id}
		if of == projection.Inbox.Name {
			into = append(into, &size)
		}
		m.ok(rows.Scan(into...))
		line := fmt.Sprint(recipient, isRead, id)
		if of == projection.Inbox.Name {
			line = fmt.Sprint(recipient, isRead, id, size)
		}
		out = append(out, line)
	}
	m.ok(errors.Join(rows.Err(), rows.Close()))
	slices.Sort(out)
	return out
}

// check compares every generation that is complete with the fold.
func (m *machine) check(t *rapid.T) {
	inbox, unread := m.fold()
	candidates, err := m.set.Candidates(t.Context())
	m.ok(err)
	live := m.set.Live()
	for name, want := range map[string][]string{"inbox": inbox, "unread": unread} {
		generations := []int{live[name]}
		if o, ok := candidates[name]; ok && o.State != projections.Filling {
			generations = append(generations, o.Generation)
		}
		columns := "recipient_id, stage, message_id"
		if name == "inbox" {
			columns += ", coalesce(size, 'none')"
		}
		for _, number := range generations {
			if diff := cmp.Diff(want, m.table(columns, name, number)); diff != "" {
				t.Fatalf("generation %d of %s (-fold +rows):\n%s", number, name, diff)
			}
		}
	}
}

func TestAnyInterleavingEndsWithTheFoldOverTheEvents(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "world") //nolint:usetesting // one for each of rapid's runs, whose T has none
		if err != nil {
			t.Fatal(err)
		}
		m := &machine{world: newWorld(t, dir)}
		defer func() { _ = m.db.Close() }() // a failed check says more
		m.SetBatch(3, 2)
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			m.step(t)
		}
		m.deliver(m.pending...)
		m.check(t)
		// Whatever state it is in, it can be brought to an end.
		for _, name := range messages {
			m.allowed(m.do(ports.ActionDrop, name))
		}
		m.pretendDelivered("inbox")
		m.pretendDelivered("unread")
		m.ok(m.do(ports.ActionRebuild, messages...))
		m.check(t)
	})
}
