package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
)

// Look opens a database file that exists for queries alone, beside a server that may
// write to it. Nothing is created, prepared or changed.
func Look(ctx context.Context, path string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	return open(ctx, path, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)", "query_only(ON)", "cache_size(-8000)"}}, readers)
}

// Snapshot writes what is committed in the database file now into a new file, and
// returns when that is on disk. Others may write meanwhile. The new file is a database of
// its own, without a log next to it, so that it can be copied and kept anywhere.
func Snapshot(ctx context.Context, from, to string) (err error) {
	db, err := open(ctx, from, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)"}}, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := createPrivate(to); err != nil { // an empty file is as good as none for SQLite
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

// Integrity returns what SQLite finds wrong with the database, at most limit findings.
// A file that is no database is a finding.
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

// damage makes a finding of an error that says that the file is damaged.
func damage(err error) ([]string, error) {
	if IsDamaged(err) {
		return []string{err.Error()}, nil
	}
	return nil, fmt.Errorf("checking the database: %w", err)
}
