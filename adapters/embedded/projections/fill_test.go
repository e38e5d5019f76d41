package projections_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// op is what an event does to the messages' projections.
type op struct {
	recipient string
	message   int
	read      bool
}

// manyMessages is how many there are, of two recipients: often several new ones of one
// recipient lie side by side, and often something is in between.
const manyMessages = 24

func (f *filling) drawOp(t *rapid.T) op {
	n := rapid.IntRange(0, manyMessages-1).Draw(t, "message")
	return op{f.of + [...]string{"ann", "ben"}[n%2], n, rapid.Bool().Draw(t, "read")}
}

func (o op) apply(ctx context.Context, inbox ports.InboxProjection, unread ports.UnreadProjection) error {
	m := message(o.message)
	m.RecipientID = o.recipient
	if o.read {
		return errors.Join(inbox.Read(ctx, m.RecipientID, m.ID), unread.Read(ctx, m.RecipientID, m.ID))
	}
	return errors.Join(inbox.Stored(ctx, m), unread.Stored(ctx, m.RecipientID, m.ID))
}

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Fatal(...any)
	Fatalf(string, ...any)
	Context() context.Context
}

// filling is generation 2, which is filled while live events come, and generation 9,
// which is given the same events one by one.
type filling struct {
	tester
	db       *sqlite.DB
	set      *projections.Set
	inbox    *projections.Inbox
	unread   *projections.Unread
	position int64
	of       string // the recipients whose names begin so are compared
}

func newFilling(t tester, dir string) *filling {
	ctx := t.Context()
	f := &filling{tester: t}
	var err error
	f.db, err = sqlite.Open(ctx, filepath.Join(dir, "sealpost.db"))
	f.ok(err)
	f.set, err = projections.OpenSet(ctx, f.db, signer)
	f.ok(err)
	f.ok(f.set.Begin(ctx, time.Now(), []string{projections.InboxName, projections.UnreadName}, 0, func(context.Context) (int64, error) { return 1 << 40, nil }))
	f.inbox, err = projections.NewInbox(ctx, f.db, 9, signer)
	f.ok(err)
	f.unread, err = projections.NewUnread(ctx, f.db, 9)
	f.ok(err)
	return f
}

func (f *filling) ok(err error) {
	if err != nil {
		f.Fatal(err)
	}
}

// live gives an op to all generations.
func (f *filling) live(o op) {
	f.ok(o.apply(f.Context(), f.set.Inbox(), f.set.Unread()))
	f.ok(o.apply(f.Context(), f.inbox, f.unread))
}

// oneByOne gives ops to generation 9, at the same time, so that they share commits.
func (f *filling) oneByOne(ops []op) {
	var g errgroup.Group
	for _, o := range ops {
		g.Go(func() error { return o.apply(f.Context(), f.inbox, f.unread) })
	}
	f.ok(g.Wait())
}

// check compares the two generations.
func (f *filling) check() {
	for _, name := range []string{projections.InboxName, projections.UnreadName} {
		if diff := cmp.Diff(f.rows(name, 9), f.rows(name, 2)); diff != "" {
			f.Fatalf("%s (-one by one +filled):\n%s", name, diff)
		}
	}
}

// fill writes ops as one chunk, in parts of some rows. With a number of parts it ends
// after so many, as a crash does.
func (f *filling) fill(ops []op, rows, parts int) {
	ctx := f.Context()
	fill, err := f.set.Fill(ctx, []string{projections.InboxName, projections.UnreadName})
	f.ok(err)
	for _, o := range ops {
		f.ok(o.apply(ctx, fill.Inbox(), fill.Unread()))
	}
	if len(ops) > 0 && fill.Waiting() == 0 {
		f.Fatal("what waits is said to take no memory")
	}
	chunk := fill.Take()
	chunk.Sort()
	for more := true; more && parts != 0; parts-- {
		before := chunk.Rows()
		more, err = fill.Write(ctx, f.set, chunk, rows, f.position+1, 0)
		f.ok(err)
		if written := before - chunk.Rows(); written > rows || more != (chunk.Rows() > 0) {
			f.Fatalf("a part of %d rows, asked for %d; more is %t with %d left", written, rows, more, chunk.Rows())
		}
		if !more {
			f.position++
		}
	}
	others, err := f.set.Others(ctx)
	f.ok(err)
	if at := others[projections.InboxName].Position; at != f.position {
		f.Fatalf("the record says position %d, want %d", at, f.position)
	}
}

func (f *filling) rows(projection string, generation int) (out []string) {
	columns := "recipient_id, read, message_id"
	if projection == projections.InboxName {
		columns += ", size, sent_at, sender_id, object_key, key_id, hex(wrapped_key), algorithm"
	}
	rows, err := f.db.Read().Query(fmt.Sprintf(`SELECT concat_ws(' ', %s) FROM projection_%s_%d
		WHERE substr(recipient_id, 1, ?) = ? ORDER BY 1`, columns, projection, generation), len(f.of), f.of)
	f.ok(err)
	for rows.Next() {
		var row string
		f.ok(rows.Scan(&row))
		out = append(out, row)
	}
	f.ok(errors.Join(rows.Err(), rows.Close()))
	return out
}

// A fill folds, sorts, and writes many rows at once, and what it writes depends on what
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
			for _, o := range rapid.SliceOfN(rapid.Custom(f.drawOp), 0, 6).Draw(t, "live") {
				f.live(o)
			}
			ops := rapid.SliceOfN(rapid.Custom(f.drawOp), 0, 90).Draw(t, "chunk")
			rows := rapid.IntRange(1, 50).Draw(t, "rows")
			f.fill(ops, rows, rapid.IntRange(0, 3).Draw(t, "parts before a crash"))
			f.fill(ops, rows, -1)
			f.oneByOne(ops)
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
	var chunk, again []op
	for place := range 5 {
		for state, live := range map[string][]bool{"unread": {false}, "read first": {true}, "read": {false, true}} {
			for _, reads := range []bool{false, true} {
				recipient := fmt.Sprint(place, state, reads)
				for _, read := range live {
					f.live(op{recipient, place, read})
				}
				for n := range 5 {
					chunk = append(chunk, op{recipient, n, false})
				}
				if reads {
					chunk = append(chunk, op{recipient, place, true})
				}
			}
		}
		// Nothing in between, but beside.
		f.live(op{fmt.Sprint("beside", place), 9 * (place % 2), place > 2})
		for n := 1; n < 6; n++ {
			chunk = append(chunk, op{fmt.Sprint("beside", place), n, n%2 > 0})
			again = append(again, op{fmt.Sprint("beside", place), n, n%2 == 0})
		}
	}
	for _, ops := range [][]op{chunk, again} {
		f.fill(ops, 40, -1)
		f.oneByOne(ops)
	}
	f.check()
}
