package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// measureMachine measures the limits of the disk and SQLite, without Sealpost.
func measureMachine(ctx context.Context, o options, t *table) error {
	rate, err := fsyncRate(filepath.Join(o.dir, "fsync"))
	if err != nil {
		return err
	}
	t.fsync = rate
	t.add("fsync of an appended 4 KiB", fmt.Sprintf("%.0f/s", rate), "", "one after the other: the machine")
	db, err := sqlite.Open(ctx, filepath.Join(o.dir, "raw.db"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // deleted afterwards
	if err := db.Migrate(ctx, "bench", `CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT`); err != nil {
		return err
	}
	if t.sqliteSingle, err = insertRate(ctx, db, 1); err != nil {
		return err
	}
	if t.sqliteGroup, err = insertRate(ctx, db, o.clients); err != nil {
		return err
	}
	t.add("SQLite, one 1 KiB row a commit", fmt.Sprintf("%.0f/s", t.sqliteSingle), "", "synchronous=FULL: the machine")
	t.add(fmt.Sprintf("SQLite, %d rows a commit", o.clients), fmt.Sprintf("%.0f rows/s", t.sqliteGroup), "", "the same: what group commit can win")
	return nil
}

const machineTime = 2 * time.Second

func fsyncRate(path string) (rate float64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }() // deleted afterwards
	block := make([]byte, 4096)
	start, n := time.Now(), 0
	for ; time.Since(start) < machineTime; n++ {
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(start).Seconds(), nil
}

func insertRate(ctx context.Context, db *sqlite.DB, rows int) (float64, error) {
	body := make([]byte, 1<<10)
	start, n := time.Now(), 0
	for time.Since(start) < machineTime {
		err := db.Write(ctx, func(tx *sqlite.Tx) error {
			for range rows {
				if _, err := tx.Exec(`INSERT INTO raw (body) VALUES (?)`, body); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		n += rows
	}
	return float64(n) / time.Since(start).Seconds(), nil
}
