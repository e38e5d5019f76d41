package projections_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/projection"
)

var messages = []string{projection.Inbox.Name, projection.Unread.Name}

// manyMessages is how many there are, of two recipients: often several new ones of one
// recipient lie side by side, and often something is in between.
const manyMessages = 24

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Fatal(...any)
	Fatalf(string, ...any)
	Context() context.Context
}

// filling is generation 2, which is filled while live events come, and generation 1,
// which is given the same events one by one.
type filling struct {
	tester
	db       *sqlite.DB
	set      *projections.Set
	position int64
	of       string // the recipients' names begin so
}

func newFilling(t tester, dir string) *filling {
	f := &filling{tester: t}
	var err error
	f.db, err = sqlite.Open(t.Context(), filepath.Join(dir, "sealpost.db"))
	f.ok(err)
	f.set, err = projections.OpenSet(t.Context(), f.db, signer)
	f.ok(err)
	f.ok(f.set.Begin(t.Context(), time.Now(), messages, 0, func(context.Context) (int64, error) { return 1 << 40, nil }))
	return f
}

func (f *filling) ok(err error) {
	if err != nil {
		f.Fatal(err)
	}
}

// event is one of a message.
func (f *filling) event(recipient string, n int, isRead bool) events.Event {
	m := message(n)
	m.RecipientID = f.of + recipient
	if isRead {
		return read(m)
	}
	return stored(m)
}

func (f *filling) draw(t *rapid.T) events.Event {
	n := rapid.IntRange(0, manyMessages-1).Draw(t, "message")
	return f.event([...]string{"ann", "ben"}[n%2], n, rapid.Bool().Draw(t, "read"))
}

// live gives events to both generations, one by one.
func (f *filling) live(evs ...events.Event) {
	for _, ev := range evs {
		f.ok(apply(f.Context(), projection.Inbox, f.set.Inbox(), ev))
		f.ok(apply(f.Context(), projection.Unread, f.set.Unread(), ev))
	}
}

// fill fills the candidate with events as one chunk, in parts of some rows. With a number of parts
// it ends after so many, as a crash does.
func (f *filling) fill(evs []events.Event, rows, parts int) {
	ctx := f.Context()
	fill, err := f.set.Fill(ctx, messages)
	f.ok(err)
	for _, ev := range evs {
		fill.Add(ev)
	}
	if len(evs) > 0 && fill.Bytes() == 0 {
		f.Fatal("what was collected is said to take no memory")
	}
	chunk := fill.Take()
	chunk.Merge()
	for more := true; more && parts != 0; parts-- {
		before := chunk.Rows()
		more, err = fill.Write(ctx, chunk, rows, f.position+1, 0)
		f.ok(err)
		if written := before - chunk.Rows(); written > rows || more != (chunk.Rows() > 0) {
			f.Fatalf("a part of %d rows, asked for %d; more is %t with %d left", written, rows, more, chunk.Rows())
		}
		if !more {
			f.position++
		}
	}
	candidates, err := f.set.Candidates(ctx)
	f.ok(err)
	if at := candidates[projection.Inbox.Name].Position; at != f.position {
		f.Fatalf("the record says position %d, want %d", at, f.position)
	}
}

// check compares the two generations.
func (f *filling) check() {
	for _, name := range messages {
		c, err := f.set.Compare(f.Context(), name)
		f.ok(err)
		if c.Differing != 0 {
			f.Fatalf("%s: filled and live generation differ: %+v", name, c)
		}
	}
}

// A fill merges, sorts, and writes many rows at once, and what it writes depends on what
// it finds. None of that may show.
func TestAFillIsWhatEventsOneByOneAre(t *testing.T) {
	t.Parallel()
	f := newFilling(t, t.TempDir())
	defer func() { _ = f.db.Close() }() // a failed check says more
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++ // every run has recipients of its own
		f.tester, f.of = t, fmt.Sprintf("run %d ", run)
		for range rapid.IntRange(1, 4).Draw(t, "rounds") {
			f.live(rapid.SliceOfN(rapid.Custom(f.draw), 0, 6).Draw(t, "live")...)
			evs := rapid.SliceOfN(rapid.Custom(f.draw), 0, 90).Draw(t, "chunk")
			rows := rapid.IntRange(1, 50).Draw(t, "rows")
			f.fill(evs, rows, rapid.IntRange(0, 3).Draw(t, "parts before a crash"))
			f.fill(evs, rows, -1)
			if rapid.Bool().Draw(t, "one by one") {
				f.live(evs...)
				continue
			}
			f.ok(apply(t.Context(), projection.Inbox, f.set.Inbox(), evs...))
			f.ok(apply(t.Context(), projection.Unread, f.set.Unread(), evs...))
		}
		f.check()
	})
}

// New messages of one recipient are written without looking for each of them, if there
// is nothing between the first and the last. Here there is something: at each place of
// five, in each state, and the chunk may read that message too.
func TestAFillSeesWhatIsInBetween(t *testing.T) {
	t.Parallel()
	f := newFilling(t, t.TempDir())
	defer func() { f.ok(f.db.Close()) }()
	var chunk, again []events.Event
	for place := range 5 {
		for state, live := range map[string][]bool{"unread": {false}, "read first": {true}, "read": {false, true}} {
			for _, reads := range []bool{false, true} {
				recipient := fmt.Sprint(place, state, reads)
				for _, isRead := range live {
					f.live(f.event(recipient, place, isRead))
				}
				for n := range 5 {
					chunk = append(chunk, f.event(recipient, n, false))
				}
				if reads {
					chunk = append(chunk, f.event(recipient, place, true))
				}
			}
		}
		// Nothing in between, but beside.
		f.live(f.event(fmt.Sprint("beside", place), 9*(place%2), place > 2))
		for n := 1; n < 6; n++ {
			chunk = append(chunk, f.event(fmt.Sprint("beside", place), n, n%2 > 0))
			again = append(again, f.event(fmt.Sprint("beside", place), n, n%2 == 0))
		}
	}
	for _, evs := range [][]events.Event{chunk, again} {
		f.fill(evs, 40, -1)
		f.live(evs...)
	}
	f.check()
}
