package projections

import (
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/internal/projection"
)

// table is what this backend adds to a projection. In its SQL, {table} stands for the name of a generation's
// table.
type table struct {
	projection.Projection
	// schema creates the table. Its key is the owner, the stage if there are several, and the item if there
	// is one. The stage is in the key so that an owner's rows of one stage are together and need no further
	// index.
	schema []string
	// owner and item are key columns. item is empty if an owner has only one row.
	owner, item string
	// facts has the columns of each fact, starting with the event id's.
	facts [][]string
	// queries are prepared for each generation. Constants name their indexes.
	queries []string
	// digest selects the compared columns in key order. The first column is the owner.
	digest string
}

func tables() []table { return []table{usersTable, inboxTable, unreadTable} }

func tableName(projection string, generation int) string {
	return fmt.Sprintf("projection_%s_%d", projection, generation)
}

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

func (t table) columns() []string {
	columns := t.key()
	for _, fact := range t.facts {
		columns = append(columns, fact...)
	}
	return columns
}

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

// row appends the values of columns, NULL for facts that the change does not have.
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

func (t table) insert() string {
	return `INSERT INTO {table} (` + strings.Join(t.columns(), ", ") + `) VALUES {values}`
}

// upsert returns SQL that inserts or raises rows. A row at a lower stage must be moved first.
func (t table) upsert() string {
	var sql strings.Builder
	fmt.Fprintf(&sql, `INSERT INTO {table} (%s) SELECT `, strings.Join(t.columns(), ", "))
	for i, column := range t.columns() {
		if i > 0 {
			sql.WriteString(", ")
		}
		if column == "stage" { // the row's stage may be higher than the change's
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

// move returns SQL that raises rows from one stage to another. Its values are keys, whose stage is ignored.
func (t table) move(from, to int) string {
	return fmt.Sprintf(`UPDATE {table} SET stage = %d WHERE (%s, stage, %s) IN (SELECT column1, %d, column3 FROM (VALUES {values}))`,
		to, t.owner, t.item, from)
}

// occupied returns SQL that asks whether an owner has any row between two items.
func (t table) occupied() string {
	return fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM {table} WHERE %s = ? AND stage IN (%s) AND %s BETWEEN ? AND ?)`, t.owner, t.stages(0), t.item)
}

func (t table) stages(from int) string {
	var all []string
	for stage := from; stage < t.Stages; stage++ {
		all = append(all, fmt.Sprint(stage))
	}
	return strings.Join(all, ", ")
}
