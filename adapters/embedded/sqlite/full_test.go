package sqlite_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

var page = strings.Repeat("x", 4096)

// fillUp writes until the disk is full and returns how many writes were
// acknowledged.
func fillUp(t *testing.T, db *sqlite.DB) (acknowledged int) {
	t.Helper()
	for i := range 1000 {
		err := db.Write(t.Context(), insert(fmt.Sprint("big", i, page)))
		if sqlite.IsFull(err) {
			return i
		}
		if err != nil {
			t.Fatalf("not IsFull: %v", err)
		}
	}
	t.Fatal("the disk is never full")
	return 0
}

func TestAFullDiskAcknowledgesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	db := openAt(t, path, sqlite.WithMaxPages(50))
	if err := db.Migrate(t.Context(), "notes", createNotes); err != nil {
		t.Fatal(err)
	}
	acknowledged := fillUp(t, db)
	if acknowledged == 0 {
		t.Fatal("nothing fits")
	}
	for range 3 { // it stays full, and stays able to say so
		if err := db.Write(t.Context(), insert("more"+page)); !sqlite.IsFull(err) {
			t.Errorf("Write = %v, want IsFull", err)
		}
	}
	if got := count(t, db, "big%"); got != acknowledged {
		t.Errorf("%d rows, %d were acknowledged", got, acknowledged)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	roomy := openAt(t, path)
	if err := roomy.Write(t.Context(), insert("more"+page)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if got := count(t, roomy, "big%"); got != acknowledged {
		t.Errorf("%d rows after opening again, %d were acknowledged", got, acknowledged)
	}
}

// What does not fit fails by itself. What fits goes on, in the very same group.
func TestAFullDiskIsTheProblemOfWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openNotes(t, sqlite.WithMaxPages(50))
		fillUp(t, db)
		if err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`DELETE FROM notes WHERE id < 4`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		huge := insert("huge" + strings.Repeat(page, 40))
		errs := oneGroup(t, db, []func(*sqlite.Tx) error{insert("small1"), huge, insert("small2"), huge, insert("small3")})
		for i, err := range errs {
			if small := i%2 == 0; small && err != nil || !small && !sqlite.IsFull(err) {
				t.Errorf("write %d got %v", i, err)
			}
		}
		if small, huge := count(t, db, "small%"), count(t, db, "huge%"); small != 3 || huge != 0 {
			t.Errorf("%d small rows of 3, %d huge ones", small, huge)
		}
	})
}

// SQLite may have rolled everybody's work back when it reports a full disk: a
// function that ignores this must not be acknowledged.
func TestAFullDiskCannotBeIgnored(t *testing.T) {
	t.Parallel()
	db := openNotes(t, sqlite.WithMaxPages(50))
	fillUp(t, db)
	err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, _ = tx.Exec(insertNote, "ignored"+page+page)
		return nil
	})
	if !sqlite.IsFull(err) {
		t.Errorf("Write = %v, want IsFull", err)
	}
	// Other failures are the function's to judge.
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO notes (id, text) SELECT id, text FROM notes LIMIT 1`)
		if err == nil {
			t.Error("one text came twice")
		}
		return nil
	})
	if err != nil {
		t.Errorf("Write = %v", err)
	}
}

func TestIsFullKnowsBothKinds(t *testing.T) {
	t.Parallel()
	if !sqlite.IsFull(fmt.Errorf("writing a file: %w", syscall.ENOSPC)) {
		t.Error("ENOSPC is not full")
	}
	for _, err := range []error{nil, errOwn, syscall.EACCES, errors.New("database or disk is full")} {
		if sqlite.IsFull(err) {
			t.Errorf("%v is full", err)
		}
	}
}
