package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// The names of the projections, as [Generations] knows them.
const (
	UsersName  = "users"
	InboxName  = "inbox"
	UnreadName = "unread"
)

// Generations says which generation of each projection serves the queries.
type Generations struct{ db *sqlite.DB }

// NewGenerations opens the record, the only place that names the live generation.
// In a new database generation 1 of each projection is live.
func NewGenerations(ctx context.Context, db *sqlite.DB) (*Generations, error) {
	err := db.Migrate(ctx, "projection-generations",
		`CREATE TABLE projection_generations (
			projection TEXT PRIMARY KEY,
			live INTEGER NOT NULL CHECK (live > 0)
		) STRICT, WITHOUT ROWID`,
		`INSERT INTO projection_generations (projection, live) VALUES ('users', 1), ('inbox', 1), ('unread', 1)`,
		// The generation beside the live one, if there is one. A filling one has been
		// given the events of the log from behind from_position to position, and is to
		// be given those to up_to; what came after up_to it got as the live one did.
		`CREATE TABLE projection_others (
			projection TEXT PRIMARY KEY,
			generation INTEGER NOT NULL CHECK (generation > 0),
			state TEXT NOT NULL CHECK (state IN ('filling', 'filled', 'kept')),
			from_position INTEGER NOT NULL,
			position INTEGER NOT NULL,
			up_to INTEGER NOT NULL,
			skipped INTEGER NOT NULL -- events that no code of today can apply
		) STRICT, WITHOUT ROWID`,
		`CREATE TABLE projection_steps (
			id INTEGER PRIMARY KEY AUTOINCREMENT,
			at INTEGER NOT NULL, -- Unix milliseconds
			projection TEXT NOT NULL,
			generation INTEGER NOT NULL,
			step TEXT NOT NULL,
			detail TEXT NOT NULL
		) STRICT`,
	)
	if err != nil {
		return nil, fmt.Errorf("opening the record of generations: %w", err)
	}
	return &Generations{db}, nil
}

// Live returns the number of the generation that serves. It returns
// ports.ErrNotFound for a name that is not a projection's.
func (g *Generations) Live(ctx context.Context, projection string) (int, error) {
	var live int
	err := g.db.Read().QueryRowContext(ctx, `SELECT live FROM projection_generations WHERE projection = ?`, projection).Scan(&live)
	if errors.Is(err, sql.ErrNoRows) {
		err = ports.ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("reading the live generation of projection %q: %w", projection, err)
	}
	return live, nil
}

// generation is one generation of one projection.
type generation struct {
	db     *sqlite.DB
	name   string
	number int
}

// openGeneration makes the generation's tables, if they are not there yet.
func openGeneration(ctx context.Context, db *sqlite.DB, name string, number int, schema []string) (generation, error) {
	g := generation{db, name, number}
	if number < 1 {
		return g, fmt.Errorf("projection %s: generation %d: generations count from 1", name, number)
	}
	steps := make([]string, len(schema))
	for i, step := range schema {
		steps[i] = g.sql(step)
	}
	if err := db.Migrate(ctx, fmt.Sprintf("projection-%s-%d", name, number), steps...); err != nil {
		return g, fmt.Errorf("opening projection %s: %w", name, err)
	}
	return g, nil
}

// sql puts the generation's number into a statement.
func (g generation) sql(statement string) string {
	return strings.ReplaceAll(statement, "{generation}", strconv.Itoa(g.number))
}

// statement is a query and where it is kept ready to run.
type statement struct {
	into  **sql.Stmt
	query string
}

// prepare keeps queries ready for as long as the database is open. That they fit
// the tables shows here and not at the first request.
func (g generation) prepare(ctx context.Context, statements []statement) error {
	for _, s := range statements {
		stmt, err := g.db.Read().PrepareContext(ctx, g.sql(s.query))
		if err != nil {
			return fmt.Errorf("opening projection %s: %w", g.name, err)
		}
		*s.into = stmt
	}
	return nil
}

// write runs statements of the projection's and returns when they are on disk.
func (g generation) write(ctx context.Context, fn func(*sqlite.Tx) error) error {
	return g.wrap("writing", g.db.Write(ctx, fn))
}

func (g generation) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s projection %s: %w", doing, g.name, err)
}
