package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

// collect reads all rows of a query. They are read whole, so that a slow caller
// keeps no connection.
func collect[T any](ctx context.Context, query *sql.Stmt, scan func(scanner) (T, error), args ...any) (items []T, err error) {
	rows, err := query.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

// pageOf cuts what was read for a page to its limit: readers ask for one item more
// than the page has, and go on behind the last one of the page if they get it.
func pageOf[T any](items []T, limit int, next func(last T) (string, error)) (ports.Page[T], error) {
	if len(items) <= limit {
		return ports.Page[T]{Items: items}, nil
	}
	items = items[:limit]
	c, err := next(items[limit-1])
	if err != nil {
		return ports.Page[T]{}, err
	}
	return ports.Page[T]{Items: items, Next: c}, nil
}

func checkLimit(page ports.PageRequest) error {
	if page.Limit < ports.MinPageLimit || page.Limit > ports.MaxPageLimit {
		return fmt.Errorf("a page has %d to %d items, not %d", ports.MinPageLimit, ports.MaxPageLimit, page.Limit)
	}
	return nil
}
