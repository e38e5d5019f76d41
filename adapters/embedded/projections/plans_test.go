package projections_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// Every query goes by a key or an index to the rows that it returns. None looks
// through others, and none sorts.
func TestNoQueryScansOrSorts(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	users, inbox, unread := must(t, projections.NewUsers, db, 1), must(t, projections.NewInbox, db, 1), must(t, newUnread, db, 1)
	want := map[string]string{ // the columns that the search goes by
		"a user by id":       "USING PRIMARY KEY (user_id=?)",
		"a user by username": "USING INDEX projection_users_1_folded (folded=?)",
		"users in order":     "USING INDEX projection_users_1_folded ((folded,user_id)>(?,?))",
		"a message":          "SEARCH projection_inbox_1 USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND read=? AND message_id=?)",
		"messages": "MERGE (UNION ALL); LEFT; SEARCH projection_inbox_1 USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND read=? AND message_id<?); " +
			"RIGHT; SEARCH projection_inbox_1 USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND read=? AND message_id<?)",
		"unread messages": "SEARCH projection_inbox_1 USING INDEX sqlite_autoindex_projection_inbox_1_1 (recipient_id=? AND read=? AND message_id<?)",
		"unread count":    "USING PRIMARY KEY (recipient_id=? AND read=?)",
	}
	for name, query := range projections.Queries(users, inbox, unread) {
		plan := explain(t, db, query)
		if !strings.Contains(plan, want[name]) || want[name] == "" {
			t.Errorf("%s: the plan is %q, want a search %s", name, plan, want[name])
		}
		if strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN projection") {
			t.Errorf("%s scans or sorts: %s", name, plan)
		}
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
