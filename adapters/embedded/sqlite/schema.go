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

// ErrNewer means that a newer Sealpost wrote the database, and this version does not know its tables.
var ErrNewer = errors.New("the data was written by a newer version of sealpost")

// Migrate brings the tables of one component up to date. Steps are only ever appended, never changed or
// reordered; steps that ran before are skipped. Each step is one statement. Either all of them are applied or
// none.
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
		tx.dirty = true // DDL changes no rows but still has to be undone
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
