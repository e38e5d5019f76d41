package projections

import (
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/internal/projection"
)

// table is what this backend adds to a projection. In the SQL of a table {table} stands for
// the name that a generation's table has.
type table struct {
	projection.Projection
	// schema makes the table: its key is the owner, the stage if there are several
	// stages, and the item if there is one. As the stage is part of the key, the rows of an
	// owner that are in one stage lie together, and need no index to be found.
	schema []string
	// owner and item are the columns of the key; item is empty if an owner has one row.
	owner, item string
	// facts are the columns of each fact, first the one that has the event's id.
	facts [][]string
	// queries are kept ready for each generation, in the order of the constants that name
	// them.
	queries []string
	// digest selects what a comparison sees, in the order of the key. The first column is the owner.
	digest string
}

// tables are those of all projections.
func tables() []table { return []table{usersTable, inboxTable, unreadTable} }

func tableName(projection string, generation int) string {
	return fmt.Sprintf("projection_%s_%d", projection, generation)
}

// key are the columns of the key, in its order.
func (t table) key() []string {
	key := []string{t.owner}
	if t.Stages > 1 {
		key = append(key, "stage")
	}
	if t.item != "" {
		key = append(key, t.item)
	}
	return key
}

// columns are those that are written.
func (t table) columns() []string {
	columns := t.key()
	for _, fact := range t.facts {
		columns = append(columns, fact...)
	}
	return columns
}

// rowKey appends the values of the key.
func (t table) rowKey(args []any, c projection.Change) []any {
	args = append(args, c.Key.Owner)
	if t.Stages > 1 {
		args = append(args, c.Stage)
	}
	if t.item != "" {
		args = append(args, c.Key.Item)
	}
	return args
}

// row appends the values of columns; those of facts that the change does not have are NULL.
func (t table) row(args []any, c projection.Change) []any {
	args = t.rowKey(args, c)
	facts := c.Facts
	for i, columns := range t.facts {
		if len(facts) == 0 || facts[0].Index != i {
			for range columns {
				args = append(args, nil)
			}
			continue
		}
		args = append(args, facts[0].EventID)
		args = append(args, facts[0].Values...)
		facts = facts[1:]
	}
	return args
}

// insert writes rows of which the table has nothing yet.
func (t table) insert() string {
	return `INSERT INTO {table} (` + strings.Join(t.columns(), ", ") + `) VALUES {values}`
}

// upsert writes rows whatever the table has of them, except at a lower stage: move comes
// first.
func (t table) upsert() string {
	var sql strings.Builder
	fmt.Fprintf(&sql, `INSERT INTO {table} (%s) SELECT `, strings.Join(t.columns(), ", "))
	for i, column := range t.columns() {
		if i > 0 {
			sql.WriteString(", ")
		}
		if column == "stage" { // it may be higher than what the change says
			fmt.Fprintf(&sql, `coalesce((SELECT stage FROM {table} WHERE %s = column1 AND stage IN (%s) AND %s = column3), column2)`,
				t.owner, t.stages(1), t.item)
			continue
		}
		fmt.Fprintf(&sql, "column%d", i+1)
	}
	fmt.Fprintf(&sql, ` FROM (VALUES {values}) WHERE true ON CONFLICT (%s) DO `, strings.Join(t.key(), ", "))
	if len(t.facts) == 0 {
		return sql.String() + "NOTHING"
	}
	var set, anyWins []string
	for _, fact := range t.facts {
		wins := fmt.Sprintf("(excluded.%[1]s IS NOT NULL AND (%[1]s IS NULL OR excluded.%[1]s < %[1]s))", fact[0])
		anyWins = append(anyWins, wins)
		for _, column := range fact {
			set = append(set, fmt.Sprintf("%[1]s = CASE WHEN %[2]s THEN excluded.%[1]s ELSE %[1]s END", column, wins))
		}
	}
	return sql.String() + `UPDATE SET ` + strings.Join(set, ", ") + ` WHERE ` + strings.Join(anyWins, " OR ")
}

// move raises rows from one stage to another. Its values are keys, of which the stage
// is not looked at.
func (t table) move(from, to int) string {
	return fmt.Sprintf(`UPDATE {table} SET stage = %d WHERE (%s, stage, %s) IN (SELECT column1, %d, column3 FROM (VALUES {values}))`,
		to, t.owner, t.item, from)
}

// occupied asks whether an owner has any row from one item to another.
func (t table) occupied() string {
	return fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM {table} WHERE %s = ? AND stage IN (%s) AND %s BETWEEN ? AND ?)`, t.owner, t.stages(0), t.item)
}

// stages lists the stages from one on.
func (t table) stages(from int) string {
	var all []string
	for stage := from; stage < t.Stages; stage++ {
		all = append(all, fmt.Sprint(stage))
	}
	return strings.Join(all, ", ")
}
