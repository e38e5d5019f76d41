package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// megabyte inserts a row of 256 pages.
func megabyte(tx *sqlite.Tx) error {
	_, err := tx.Exec(`INSERT INTO blobs (content) VALUES (zeroblob(1048576))`)
	return err
}

func openBlobs(t *testing.T) (db *sqlite.DB, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "test.db")
	db = openAt(t, path)
	if err := db.Migrate(t.Context(), "blobs", `CREATE TABLE blobs (id INTEGER PRIMARY KEY, content BLOB) STRICT`); err != nil {
		t.Fatal(err)
	}
	return db, path
}

// The log is folded in although nobody waits for it, and although it is far from as
// long as it may get.
func TestTheLogIsFoldedInBesideTheWriter(t *testing.T) {
	t.Parallel()
	db, path := openBlobs(t)
	for range 8 {
		if err := db.Write(t.Context(), megabyte); err != nil {
			t.Fatal(err)
		}
	}
	if size := sizeOf(t, path+"-wal"); size >= sqlite.InlineFrom*4096 {
		t.Fatalf("the log has %d bytes: the writer may have folded it in", size)
	}
	eventually.True(t, "four of eight megabytes are in the database file", func() bool { return sizeOf(t, path) > 4<<20 })
}

// A writer that never pauses would have the log grow for good, were it not folded in
// whole now and then.
func TestTheLogStaysShortBesideAWriterWhoNeverPauses(t *testing.T) {
	t.Parallel()
	db, path := openBlobs(t)
	const rows = 128 // a megabyte each: four times what the log may hold
	for range rows {
		if err := db.WriteUnsynced(t.Context(), megabyte); err != nil {
			t.Fatal(err)
		}
	}
	// Some more than the limit: a commit may find that the checkpointer is at it.
	if size := sizeOf(t, path+"-wal"); size > 2*sqlite.InlineFrom*4096 {
		t.Errorf("the log has %d bytes", size)
	}
}

// Only a group in which nobody waits for the disk is committed without it.
func TestUnsyncedWritesLeaveOthersSynced(t *testing.T) {
	t.Parallel()
	const normal, full = 1, 2 // as PRAGMA synchronous says
	synctest.Test(t, func(t *testing.T) {
		db := openNotes(t)
		mode := func(into *int) func(*sqlite.Tx) error {
			return func(tx *sqlite.Tx) error { return tx.QueryRow(`SELECT synchronous FROM pragma_synchronous`).Scan(into) }
		}
		var alone, together, after int
		if err := db.WriteUnsynced(t.Context(), mode(&alone)); err != nil {
			t.Fatal(err)
		}
		release := hold(t, db)
		unsynced := make(chan error, 1)
		go func() { unsynced <- db.WriteUnsynced(t.Context(), mode(&together)) }()
		outcomes := write(t, db, []func(*sqlite.Tx) error{insert("a live one")})
		synctest.Wait()
		release()
		if err := <-unsynced; err != nil || outcomes()[0] != nil {
			t.Fatal("a write failed")
		}
		if err := db.Write(t.Context(), mode(&after)); err != nil {
			t.Fatal(err)
		}
		if alone != normal || together != full || after != full {
			t.Errorf("synchronous = %d alone, %d beside another, %d for another; want %d, %d, %d", alone, together, after, normal, full, full)
		}
	})
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
