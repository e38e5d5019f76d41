package projections

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

type generation struct {
	number  int
	writer  writer
	queries []*sql.Stmt
}

// openGeneration creates the generation's table if it does not exist. Queries are prepared for the life of
// the database, so one that does not fit the table fails here and not at the first request.
func openGeneration(ctx context.Context, db *sqlite.DB, t table, number int) (*generation, error) {
	if number < 1 {
		return nil, fmt.Errorf("projection %s: generation %d: generations count from 1", t.Name, number)
	}
	name := tableName(t.Name, number)
	named := func(statement string) string { return strings.ReplaceAll(statement, "{table}", name) }
	steps := make([]string, len(t.schema))
	for i, step := range t.schema {
		steps[i] = named(step)
	}
	if err := db.Migrate(ctx, fmt.Sprintf("projection-%s-%d", t.Name, number), steps...); err != nil {
		return nil, fmt.Errorf("opening projection %s: %w", t.Name, err)
	}
	g := &generation{number: number, writer: newWriter(t, named)}
	for _, query := range t.queries {
		stmt, err := db.Read().PrepareContext(ctx, named(query))
		if err != nil {
			return nil, fmt.Errorf("opening projection %s: %w", t.Name, err)
		}
		g.queries = append(g.queries, stmt)
	}
	return g, nil
}
