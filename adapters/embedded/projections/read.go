package projections

import (
	"context"
	"database/sql"
	"errors"

	"github.com/sealpost/sealpost/ports"
)

type scanner interface{ Scan(dest ...any) error }

func scanValue[T any](row scanner) (value T, err error) {
	err = row.Scan(&value)
	return value, err
}

// readOne runs a query of the projection on the live generation and returns its only row, or
// ports.ErrNotFound.
func readOne[T any](ctx context.Context, g *generations, query int, scan func(scanner) (T, error), args ...any) (T, error) {
	g.switching.RLock()
	defer g.switching.RUnlock()
	item, err := scan(g.live.queries[query].QueryRowContext(ctx, args...))
	if errors.Is(err, sql.ErrNoRows) {
		err = ports.ErrNotFound
	}
	if err != nil {
		var none T
		return none, g.failed("reading", err)
	}
	return item, nil
}

// readAll runs a query of the projection on the live generation. It reads all rows before it returns, so a
// slow caller holds no connection.
func readAll[T any](ctx context.Context, g *generations, query int, scan func(scanner) (T, error), args ...any) ([]T, error) {
	g.switching.RLock()
	defer g.switching.RUnlock()
	rows, err := g.live.queries[query].QueryContext(ctx, args...)
	if err != nil {
		return nil, g.failed("reading", err)
	}
	var items []T
	for rows.Next() {
		var item T
		if item, err = scan(rows); err != nil {
			break
		}
		items = append(items, item)
	}
	if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return nil, g.failed("reading", err)
	}
	return items, nil
}

// list describes a list of a projection. Its query takes the position after which the page begins and, last,
// the number of rows.
type list[T, P any] struct {
	scope    string // identifies the list in its cursors
	query    int
	scan     func(scanner) (T, error)
	args     func(after P) []any
	position func(last T) P
	first    P // before all positions
}

// readPage reads a page of a list. It asks for one row more than the page has; if there is one, the page gets
// a cursor.
func readPage[T, P any](ctx context.Context, g *generations, l list[T, P], page ports.PageRequest) (out ports.Page[T], err error) {
	if err := page.CheckLimit(); err != nil {
		return out, g.failed("listing", err)
	}
	after := l.first
	if page.Cursor != "" {
		if err := g.cursors.Open(l.scope, page.Cursor, &after); err != nil {
			return out, g.failed("listing", err)
		}
	}
	items, err := readAll(ctx, g, l.query, l.scan, append(l.args(after), page.Limit+1)...)
	if err != nil || len(items) <= page.Limit {
		return ports.Page[T]{Items: items}, err
	}
	items = items[:page.Limit]
	next, err := g.cursors.Seal(l.scope, l.position(items[page.Limit-1]))
	if err != nil {
		return out, g.failed("listing", err)
	}
	return ports.Page[T]{Items: items, Next: next}, nil
}
