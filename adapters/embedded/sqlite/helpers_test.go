package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

const createNotes = `CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT`

const insertNote = `INSERT INTO notes (text) VALUES (?)`

var errOwn = errors.New("the caller's own")

func openAt(t testing.TB, path string, opts ...sqlite.Option) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// openNotes opens a database with one table, notes.
func openNotes(t testing.TB, opts ...sqlite.Option) *sqlite.DB {
	t.Helper()
	db := openAt(t, filepath.Join(t.TempDir(), "test.db"), opts...)
	if err := db.Migrate(t.Context(), "notes", createNotes); err != nil {
		t.Fatal(err)
	}
	return db
}

func insert(text string) func(*sqlite.Tx) error {
	return func(tx *sqlite.Tx) error {
		_, err := tx.Exec(insertNote, text)
		return err
	}
}

// count returns how many notes have the text; % stands for any.
func count(t testing.TB, db *sqlite.DB, like string) (n int) {
	t.Helper()
	// Not the test's context: cleanups count too.
	err := db.Read().QueryRowContext(context.Background(), `SELECT count(*) FROM notes WHERE text LIKE ?`, like).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// hold keeps the writer busy until release is called, so that what is written
// meanwhile queues up and makes one group.
func hold(t *testing.T, db *sqlite.DB) (release func()) {
	t.Helper()
	held, let := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- db.Write(t.Context(), func(*sqlite.Tx) error {
			close(held)
			<-let
			return nil
		})
	}()
	<-held
	return func() {
		close(let)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
