package projections

import (
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// rowsAtOnce is how many rows one statement of a fill writes: a statement costs the
// driver about as much as a few rows do, and beyond some dozens nothing is left to save.
const rowsAtOnce = 32

// many is a statement for many rows at once, and the same for one, for what is left
// over.
type many struct {
	all, one string
	columns  int
}

// newMany makes a statement of a text with {values} in it, where the values of rows
// go. Parameters have no numbers: the driver looks for a number in a list, for each
// row again.
func newMany(g generation, statement string, columns int) many {
	row := "(" + strings.Repeat("?, ", columns-1) + "?)"
	rows := func(n int) string {
		return g.sql(strings.Replace(statement, "{values}", strings.Repeat(row+", ", n-1)+row, 1))
	}
	return many{all: rows(rowsAtOnce), one: rows(1), columns: columns}
}

// run runs the statement for those of the changes that are wanted; values adds the
// values of one's row.
func (m many) run(tx *sqlite.Tx, changes []change, wanted func(change) bool, values func([]any, change) []any) error {
	args := make([]any, 0, rowsAtOnce*m.columns)
	for _, c := range changes {
		if !wanted(c) {
			continue
		}
		if args = values(args, c); len(args) < rowsAtOnce*m.columns {
			continue
		}
		if _, err := tx.Exec(m.all, args...); err != nil {
			return err
		}
		args = args[:0]
	}
	for ; len(args) > 0; args = args[m.columns:] {
		if _, err := tx.Exec(m.one, args[:m.columns]...); err != nil {
			return err
		}
	}
	return nil
}

func isStored(c change) bool          { return c.stored }
func isRead(c change) bool            { return c.read }
func isReadOnly(c change) bool        { return c.read && !c.stored }
func isStoredAndRead(c change) bool   { return c.stored && c.read }
func isStoredAndUnread(c change) bool { return c.stored && !c.read }

// behindRead puts whether a change reads before the values of its row.
func behindRead(values func([]any, change) []any) func([]any, change) []any {
	return func(args []any, c change) []any { return values(append(args, c.read), c) }
}
