package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// Many goroutines, over two openings of one file as two processes have, count
// together: no increment is lost, and nobody meets SQLITE_BUSY.
func TestRacingWritersLoseNothing(t *testing.T) {
	t.Parallel()
	const workers, times = 16, 25
	path := filepath.Join(t.TempDir(), "test.db")
	dbs := []*sqlite.DB{openAt(t, path), openAt(t, path)}
	err := dbs[0].Migrate(t.Context(), "counter", `CREATE TABLE counter (n INTEGER NOT NULL) STRICT`, `INSERT INTO counter VALUES (0)`)
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	for i := range workers {
		g.Go(func() error {
			for range times {
				if err := dbs[i%2].Write(t.Context(), increment); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := dbs[0].Read().QueryRowContext(t.Context(), `SELECT n FROM counter`).Scan(&n); err != nil || n != workers*times {
		t.Errorf("counted %d of %d, %v", n, workers*times, err)
	}
}

// increment reads and then writes, so that it would lose counts if it did not have
// the database to itself.
func increment(tx *sqlite.Tx) error {
	var n int
	if err := tx.QueryRow(`SELECT n FROM counter`).Scan(&n); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE counter SET n = ?`, n+1)
	return err
}

// Whoever was told that a write is done finds it.
func TestWritersReadTheirOwnWrites(t *testing.T) {
	t.Parallel()
	db := openNotes(t)
	var g errgroup.Group
	for i := range 16 {
		g.Go(func() error {
			for j := range 10 {
				text := string(rune('a'+i)) + string(rune('a'+j))
				if err := db.Write(t.Context(), insert(text)); err != nil {
					return err
				}
				if count(t, db, text) != 1 {
					t.Errorf("%s is not there", text)
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}

func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
