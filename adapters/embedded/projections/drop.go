package projections

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// dropChunk is how many rows go in one transaction, so that live writes in the same
// queue wait for milliseconds only. DROP TABLE of a full table visits all its pages.
const dropChunk = 2000

// Drop throws the other generation of each projection away. The space is used again
// by what is written later.
func (s *Set) Drop(ctx context.Context, at time.Time, names []string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	others, err := s.others(ctx, names)
	if err != nil {
		return err
	}
	// Taken off the record first: a crash from here on leaves tables that nothing
	// names and no number will name again. The next Drop sweeps them up.
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
		if err := s.sweep(ctx, o.Projection); err != nil {
			return err
		}
	}
	return nil
}

// sweep drops all tables of a projection but its live generation's: that of the one
// that was just taken off the record, and what a crash left behind.
func (s *Set) sweep(ctx context.Context, projection string) error {
	tables, err := s.tablesOf(ctx, projection)
	if err != nil {
		return err
	}
	live := s.Live()[projection]
	for number, table := range tables {
		if number == live {
			continue
		}
		if err := s.dropTable(ctx, projection, table); err != nil {
			return err
		}
	}
	return nil
}

// tablesOf finds the tables of a projection's generations, by number.
func (s *Set) tablesOf(ctx context.Context, projection string) (tables map[int]string, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
	if err != nil {
		return nil, fmt.Errorf("looking for generations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	tables = map[int]string{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("looking for generations: %w", err)
		}
		suffix, ours := strings.CutPrefix(name, "projection_"+projection+"_")
		if number, err := strconv.Atoi(suffix); ours && err == nil {
			tables[number] = name
		}
	}
	return tables, rows.Err()
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
