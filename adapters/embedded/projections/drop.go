package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// dropChunk is how many rows go in one transaction, so that live writes in the same
// queue wait for milliseconds only. DROP TABLE of a full table visits all its pages.
const dropChunk = 2000

// Drop throws the other generation of each projection away, and finishes a Drop of one
// that was interrupted. The space is used again by what is written later.
func (s *Set) Drop(ctx context.Context, at time.Time, names []string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	others, err := s.droppable(ctx, names)
	if err != nil {
		return err
	}
	// Taken off the record first: a crash from here on leaves tables that nothing
	// names and no number will name again. They are found by that: see Left.
	err = s.recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, o := range others {
			if _, err := tx.Exec(`DELETE FROM projection_others WHERE projection = ?`, o.Projection); err != nil {
				return err
			}
			if err := record(tx, Step{At: at, Projection: o.Projection, Generation: o.Generation, Step: "dropped", Detail: "it was " + string(o.State)}); err != nil {
				return err
			}
		}
		return nil
	}))
	if err != nil {
		return err
	}
	for _, o := range others {
		s.shelves()[o.Projection].remove(o.Generation)
	}
	_, err = s.sweep(ctx, names)
	return err
}

// droppable are the other generations of projections. A projection may have none if
// something is left of one.
func (s *Set) droppable(ctx context.Context, names []string) ([]Other, error) {
	if err := CheckNames(names); err != nil {
		return nil, err
	}
	all, err := s.Others(ctx)
	if err != nil {
		return nil, err
	}
	left, err := s.Left(ctx)
	if err != nil {
		return nil, err
	}
	var others []Other
	for _, name := range names {
		o, ok := all[name]
		if !ok && len(left[name]) == 0 {
			return nil, fmt.Errorf("%w: %s has no generation beside the live one", ErrConflict, name)
		}
		if ok {
			others = append(others, o)
		}
	}
	return others, nil
}

// Left are generations that were dropped and of which something is left, because the
// drop was interrupted, by projection.
func (s *Set) Left(ctx context.Context) (map[string][]int, error) {
	others, err := s.Others(ctx)
	if err != nil {
		return nil, err
	}
	live, left := s.Live(), map[string][]int{}
	for _, name := range Names() {
		tables, err := s.tablesOf(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, number := range tables {
			if number != live[name] && number != others[name].Generation {
				left[name] = append(left[name], number)
			}
		}
		slices.Sort(left[name])
	}
	return left, nil
}

// Sweep removes what Left finds, and returns it. Whoever makes or drops a generation
// meanwhile waits for it.
func (s *Set) Sweep(ctx context.Context) (map[string][]int, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.sweep(ctx, Names())
}

func (s *Set) sweep(ctx context.Context, names []string) (map[string][]int, error) {
	left, err := s.Left(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		for _, number := range left[name] {
			if err := s.dropTable(ctx, name, fmt.Sprintf("projection_%s_%d", name, number)); err != nil {
				return nil, err
			}
		}
	}
	return left, nil
}

// tablesOf finds the numbers of the generations that have a table.
func (s *Set) tablesOf(ctx context.Context, projection string) (numbers []int, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
	if err != nil {
		return nil, fmt.Errorf("looking for generations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("looking for generations: %w", err)
		}
		suffix, ours := strings.CutPrefix(name, "projection_"+projection+"_")
		if number, err := strconv.Atoi(suffix); ours && err == nil {
			numbers = append(numbers, number)
		}
	}
	return numbers, rows.Err()
}

func (s *Set) dropTable(ctx context.Context, projection, table string) error {
	keys := "recipient_id, read, message_id"
	if projection == UsersName {
		keys = "user_id"
	}
	remove := fmt.Sprintf(`DELETE FROM %s WHERE (%s) IN (SELECT %s FROM %s LIMIT %d)`, table, keys, keys, table, dropChunk)
	for removed := int64(dropChunk); removed > 0; {
		err := s.db.WriteUnsynced(ctx, func(tx *sqlite.Tx) (err error) { // the next sweep would do it again
			removed, err = tx.Exec(remove)
			return err
		})
		if err != nil {
			return fmt.Errorf("dropping %s: %w", table, err)
		}
	}
	if err := s.db.Migrate(ctx, table+"-dropped", `DROP TABLE `+table); err != nil {
		return fmt.Errorf("dropping %s: %w", table, err)
	}
	return nil
}
