package projections

import (
	"context"
	"database/sql"
	"errors"

	"github.com/sealpost/sealpost/ports"
)

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

// scanValue reads the only column of a row.
func scanValue[T any](row scanner) (value T, err error) {
	err = row.Scan(&value)
	return value, err
}

// readOne runs one of the projection's queries on the live generation and returns the one row
// that it finds. The error is ports.ErrNotFound if there is none.
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

// readAll runs one of the projection's queries on the live generation. The rows are read whole,
// so that a slow caller keeps no connection.
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

// list is one list of a projection: a page's query takes the position behind which the page
// begins and, last, how many rows it wants.
type list[T, P any] struct {
	scope    string // names the list for its cursors
	query    int
	scan     func(scanner) (T, error)
	args     func(after P) []any
	position func(last T) P
	first    P // the position in front of all
}

// readPage reads a page of a list. It asks for one row more than the page has, and goes on
// behind the last one of the page if there is one.
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
