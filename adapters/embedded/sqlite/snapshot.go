package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
)

// Look opens an existing database file for queries only, while a server may be writing to it. It creates and
// changes nothing.
func Look(ctx context.Context, path string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return open(ctx, path, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)", "query_only(ON)", "cache_size(-8000)"}}, readers)
}

// Snapshot writes the committed state of a database file to a new file and returns once that is on disk.
// Writers may continue meanwhile. The new file is a complete database without a log, so it can be copied
// anywhere.
func Snapshot(ctx context.Context, from, to string) (err error) {
	db, err := open(ctx, from, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)"}}, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := createPrivate(to); err != nil { // SQLite accepts an empty file as a new database
		return err
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, to); err != nil {
		return fmt.Errorf("copying the database %s: %w", from, err)
	}
	file, err := os.OpenFile(to, os.O_RDWR, 0) //nolint:gosec // the path is the operator's own
	if err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	return errors.Join(file.Sync(), file.Close())
}

// Integrity returns the damage that SQLite finds in the database, at most limit findings. A file that is not
// a database is a finding.
func Integrity(ctx context.Context, db *sql.DB, limit int) (findings []string, err error) {
	rows, err := db.QueryContext(ctx, fmt.Sprintf(`PRAGMA integrity_check(%d)`, limit))
	if err != nil {
		return damage(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var finding string
		if err := rows.Scan(&finding); err != nil {
			return nil, err
		}
		if finding != "ok" {
			findings = append(findings, finding)
		}
	}
	if err := rows.Err(); err != nil {
		return damage(err)
	}
	return findings, nil
}

// damage turns an error about a damaged file into a finding, and returns any other error.
func damage(err error) ([]string, error) {
	if IsDamaged(err) {
		return []string{err.Error()}, nil
	}
	return nil, fmt.Errorf("checking the database: %w", err)
}
