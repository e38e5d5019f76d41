package projections

import (
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/projection"
)

// rowsAtOnce has the numbers of rows per statement, descending to 1. A statement costs the driver about as
// much as a few rows, so more than some dozens save nothing.
var rowsAtOnce = []int{32, 8, 1}

type writer struct {
	table
	inserts, upserts statement
	moves            []move
	isOccupied       string
}

type move struct {
	to int
	statement
}

func newWriter(t table, sql func(string) string) writer {
	w := writer{table: t, inserts: newStatement(sql(t.insert()), len(t.columns())), upserts: newStatement(sql(t.upsert()), len(t.columns()))}
	for to := 1; to < t.Stages; to++ {
		for from := range to {
			w.moves = append(w.moves, move{to, newStatement(sql(t.move(from, to)), len(t.key()))})
		}
	}
	if t.item != "" {
		w.isOccupied = sql(t.occupied())
	}
	return w
}

// put writes changes in key order, at most one per row.
func (w writer) put(tx *sqlite.Tx, changes []projection.Change) error {
	fresh, rest, err := w.split(tx, changes)
	if err != nil {
		return err
	}
	if err := w.inserts.run(tx, fresh, w.row); err != nil {
		return err
	}
	for _, m := range w.moves {
		var moving []projection.Change
		for _, c := range rest {
			if c.Stage == m.to {
				moving = append(moving, c)
			}
		}
		if err := m.run(tx, moving, w.rowKey); err != nil {
			return err
		}
	}
	return w.upserts.run(tx, rest, w.row)
}

// split separates changes whose rows do not exist yet from the rest.
//
// Looking up each row is half the cost of a fill. But new messages of a recipient have ascending ids, and
// during a fill there are usually no rows in between, so one query covers all of them.
func (w writer) split(tx *sqlite.Tx, changes []projection.Change) (fresh, rest []projection.Change, err error) {
	for len(changes) > 0 {
		n := sameOwner(changes)
		if fresh, rest, err = w.splitRun(tx, changes[:n], fresh, rest); err != nil {
			return nil, nil, err
		}
		changes = changes[n:]
	}
	return fresh, rest, nil
}

// minRun is the number of rows from which that query pays off: it costs about as much as looking up so many
// rows.
const minRun = 4

// splitRun splits changes of one owner. If a row lies in between, it asks again for each half, which soon
// isolates a message that was stored long before it was read.
func (w writer) splitRun(tx *sqlite.Tx, run, fresh, rest []projection.Change) (_, _ []projection.Change, err error) {
	if w.item == "" || len(run) < minRun {
		return fresh, append(rest, run...), nil
	}
	var occupied bool
	if err := tx.QueryRow(w.isOccupied, run[0].Key.Owner, run[0].Key.Item, run[len(run)-1].Key.Item).Scan(&occupied); err != nil {
		return nil, nil, err
	}
	if !occupied {
		return append(fresh, run...), rest, nil
	}
	half := len(run) / 2
	if fresh, rest, err = w.splitRun(tx, run[:half], fresh, rest); err != nil {
		return nil, nil, err
	}
	return w.splitRun(tx, run[half:], fresh, rest)
}

func sameOwner(changes []projection.Change) int {
	n := 1
	for n < len(changes) && changes[n].Key.Owner == changes[0].Key.Owner {
		n++
	}
	return n
}

// statement is a statement for several rows, by the number of rows.
type statement struct {
	columns int
	sql     map[int]string
}

// newStatement returns a statement whose text has {values} in place of the rows' values. Its parameters have
// no numbers, because the driver would search a list for each number and row.
func newStatement(text string, columns int) statement {
	s := statement{columns: columns, sql: map[int]string{}}
	row := "(" + strings.Repeat("?, ", columns-1) + "?)"
	for _, n := range rowsAtOnce {
		s.sql[n] = strings.Replace(text, "{values}", strings.Repeat(row+", ", n-1)+row, 1)
	}
	return s
}

// run runs the statement for all changes. values appends the values of one.
func (s statement) run(tx *sqlite.Tx, changes []projection.Change, values func([]any, projection.Change) []any) error {
	args := make([]any, 0, min(rowsAtOnce[0], len(changes))*s.columns)
	for _, n := range rowsAtOnce {
		for ; len(changes) >= n; changes = changes[n:] {
			args = args[:0]
			for _, c := range changes[:n] {
				args = values(args, c)
			}
			if _, err := tx.Exec(s.sql[n], args...); err != nil {
				return err
			}
		}
	}
	return nil
}
