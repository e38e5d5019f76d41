package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

func (db *DB) prepareSchema(ctx context.Context) error {
	err := db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`CREATE TABLE IF NOT EXISTS schema_versions (
			component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID`)
		return err
	})
	if err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	return nil
}

// ErrNewer means that the database was written by a newer Sealpost, whose tables
// this one does not understand.
var ErrNewer = errors.New("the data was written by a newer version of sealpost")

// Migrate brings the tables of one component up to date. The steps are never
// changed and never reordered, only added to: those that have run before are
// skipped. Each is one statement. All of them are applied, or none.
func (db *DB) Migrate(ctx context.Context, component string, steps ...string) error {
	return db.Write(ctx, func(tx *Tx) error {
		var version int
		err := tx.QueryRow(`SELECT version FROM schema_versions WHERE component = ?`, component).Scan(&version)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("reading the schema version of %s: %w", component, err)
		}
		if version > len(steps) {
			return fmt.Errorf("%w: %s is at schema %d, this program knows %d", ErrNewer, component, version, len(steps))
		}
		tx.dirty = true // DDL counts no rows, but has to be undone all the same
		for _, step := range steps[version:] {
			if _, err := tx.Exec(step); err != nil {
				return fmt.Errorf("migrating %s: %w", component, err)
			}
		}
		_, err = tx.Exec(`INSERT INTO schema_versions (component, version) VALUES (?, ?)
			ON CONFLICT (component) DO UPDATE SET version = excluded.version`, component, len(steps))
		return err
	})
}
