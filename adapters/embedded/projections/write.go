package projections

import (
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/projection"
)

// rowsAtOnce are how many rows one statement writes, descending to 1: a statement costs the
// driver about as much as a few rows do, and beyond some dozens nothing is left to save.
var rowsAtOnce = []int{32, 8, 1}

// writer writes the rows of one generation.
type writer struct {
	table
	inserts, upserts statement
	moves            []move
	isOccupied       string
}

// move raises rows to a stage.
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

// put writes changes, of which there is one for each row, in the order of the key.
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

// split tells changes of which the table has nothing yet from the rest.
//
// What a change does depends on what the table has of its row, and looking for each row is
// half of what a fill costs. But the new messages of a recipient lie side by side, as their ids
// ascend, and while a table is filled there is as a rule nothing in between: one question
// answers for all of them.
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

// minRun is from how many rows on it is worth asking whether their place is vacant: the
// question costs about as much as looking for so many rows one by one.
const minRun = 4

// splitRun splits changes of one owner. If there is something in between, it asks for each half
// again: a message that was stored long before it was read, and lies far from the rest, is
// soon on its own.
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

// statement is a statement for many rows, by how many they are.
type statement struct {
	columns int
	sql     map[int]string
}

// newStatement makes a statement of a text with {values} in it, where the values of rows
// go. Parameters have no numbers: the driver would look for each number in a list, for each
// row again.
func newStatement(text string, columns int) statement {
	s := statement{columns: columns, sql: map[int]string{}}
	row := "(" + strings.Repeat("?, ", columns-1) + "?)"
	for _, n := range rowsAtOnce {
		s.sql[n] = strings.Replace(text, "{values}", strings.Repeat(row+", ", n-1)+row, 1)
	}
	return s
}

// run runs the statement for all of the changes; values appends those of a row.
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
