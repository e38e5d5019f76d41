package projections_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/projection"
)

// Every query goes by a key or an index to the rows that it returns. None looks
// through others, and none sorts.
func TestNoQueryScansOrSorts(t *testing.T) {
	t.Parallel()
	db := newSet(t).DB()
	want := map[string][]string{ // the columns that the search goes by, query by query
		"users": {
			"USING PRIMARY KEY (user_id=?)", "USING INDEX projection_users_1_folded (folded=?)", "USING PRIMARY KEY (user_id=?)",
			"USING INDEX projection_users_1_folded ((folded,user_id)>(?,?))",
		},
		"inbox": {
			"USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND stage=? AND message_id=?)",
			"MERGE (UNION ALL); LEFT; SEARCH projection_inbox_1 USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND stage=? AND message_id<?); " +
				"RIGHT; SEARCH projection_inbox_1 USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND stage=? AND message_id<?)",
			"USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND stage=? AND message_id<?)",
		},
		"unread": {"USING PRIMARY KEY (recipient_id=? AND stage=?)", "USING PRIMARY KEY (recipient_id=? AND stage=? AND message_id>?)"},
	}
	for _, p := range projection.All() {
		queries := projections.Queries(p)
		if len(queries) != len(want[p.Name]) {
			t.Errorf("%s has %d queries, and plans are wanted for %d", p.Name, len(queries), len(want[p.Name]))
			continue
		}
		for i, query := range queries {
			plan := explain(t, db, query)
			if !strings.Contains(plan, want[p.Name][i]) {
				t.Errorf("%s: the plan is %q, want a search %s", query, plan, want[p.Name][i])
			}
			noScan(t, query, plan)
		}
	}
}

// What writes goes by the key to each row.
func TestNoStatementScans(t *testing.T) {
	t.Parallel()
	db := newSet(t).DB()
	for _, p := range projection.All() {
		for _, statement := range projections.Statements(p) {
			noScan(t, statement, explain(t, db, statement))
		}
	}
}

func noScan(t *testing.T, statement, plan string) {
	t.Helper()
	if strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN projection") {
		t.Errorf("%s scans or sorts: %s", statement, plan)
	}
}

func explain(t *testing.T, db *sqlite.DB, query string) string {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	rows, err := db.Read().QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var steps []string
	for rows.Next() {
		var id, parent, unused sql.NullInt64
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "; ")
}
