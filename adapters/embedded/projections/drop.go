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
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/ports"
)

// dropChunk is how many rows one transaction deletes, so that live writes in the queue wait only
// milliseconds. DROP TABLE of a full table visits all its pages.
const dropChunk = 2000

// Drop drops the candidate of each projection, and finishes an interrupted Drop. Later writes reuse the
// space.
func (s *Set) Drop(ctx context.Context, at time.Time, names []string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	candidates, err := s.droppable(ctx, names)
	if err != nil {
		return err
	}
	// The record is removed first. A crash afterwards leaves tables that no record names and whose numbers
	// are never reused. Left finds them by that.
	err = recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, c := range candidates {
			if _, err := tx.Exec(`DELETE FROM projection_candidates WHERE projection = ?`, c.Projection); err != nil {
				return err
			}
			if err := record(tx, Step{At: at, Projection: c.Projection, Generation: c.Generation, Step: "dropped", Detail: "it was " + string(c.State)}); err != nil {
				return err
			}
		}
		return nil
	}))
	if err != nil {
		return err
	}
	for _, c := range candidates {
		s.byName[c.Projection].remove(c.Generation)
	}
	_, err = s.sweep(ctx, names)
	return err
}

// droppable returns the candidates of projections. A projection without a candidate is accepted if an
// interrupted drop left a table.
func (s *Set) droppable(ctx context.Context, names []string) ([]Candidate, error) {
	if err := CheckNames(names); err != nil {
		return nil, err
	}
	all, err := s.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	left, err := s.Left(ctx)
	if err != nil {
		return nil, err
	}
	var candidates []Candidate
	for _, name := range names {
		c, ok := all[name]
		if !ok && len(left[name]) == 0 {
			return nil, fmt.Errorf("%w: %s has no generation beside the live one", ports.ErrGenerations, name)
		}
		if ok {
			candidates = append(candidates, c)
		}
	}
	return candidates, nil
}

// Left returns the generations, by projection, whose drop was interrupted and that still have a table.
func (s *Set) Left(ctx context.Context) (map[string][]int, error) {
	candidates, err := s.Candidates(ctx)
	if err != nil {
		return nil, err
	}
	live, left := s.Live(), map[string][]int{}
	for _, name := range projection.Names() {
		tables, err := s.tablesOf(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, number := range tables {
			if number != live[name] && number != candidates[name].Generation {
				left[name] = append(left[name], number)
			}
		}
		slices.Sort(left[name])
	}
	return left, nil
}

// Sweep removes what Left finds, and returns it. Begin, Switch and Drop wait for it.
func (s *Set) Sweep(ctx context.Context) (map[string][]int, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.sweep(ctx, projection.Names())
}

func (s *Set) sweep(ctx context.Context, names []string) (map[string][]int, error) {
	left, err := s.Left(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		for _, number := range left[name] {
			if err := s.dropTable(ctx, s.byName[name].table, number); err != nil {
				return nil, err
			}
		}
	}
	return left, nil
}

func (s *Set) tablesOf(ctx context.Context, of string) (numbers []int, err error) {
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
		suffix, ours := strings.CutPrefix(name, "projection_"+of+"_")
		if number, err := strconv.Atoi(suffix); ours && err == nil {
			numbers = append(numbers, number)
		}
	}
	return numbers, rows.Err()
}

func (s *Set) dropTable(ctx context.Context, t table, generation int) error {
	name, key := tableName(t.Name, generation), strings.Join(t.key(), ", ")
	remove := fmt.Sprintf(`DELETE FROM %[1]s WHERE (%[2]s) IN (SELECT %[2]s FROM %[1]s LIMIT %[3]d)`, name, key, dropChunk)
	for removed := int64(dropChunk); removed > 0; {
		err := s.db.WriteUnsynced(ctx, func(tx *sqlite.Tx) (err error) { // the next sweep would repeat it
			removed, err = tx.Exec(remove)
			return err
		})
		if err != nil {
			return fmt.Errorf("dropping %s: %w", name, err)
		}
	}
	if err := s.db.Migrate(ctx, name+"-dropped", `DROP TABLE `+name); err != nil {
		return fmt.Errorf("dropping %s: %w", name, err)
	}
	return nil
}
