package sqlite_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

func TestAnyPathOpens(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain.db", "with space.db", "100%25?.db", "#hash&amp=.db", "größe;:.db", "file:x.db"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			db := openAt(t, path)
			if err := db.Migrate(t.Context(), "notes", createNotes); err != nil {
				t.Fatal(err)
			}
			if err := db.Write(t.Context(), insert("here")); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			if err != nil || info.Size() == 0 {
				t.Fatalf("the file %s: %v", path, err)
			}
			if got := count(t, openAt(t, path), "here"); got != 1 {
				t.Errorf("%d rows after opening again", got)
			}
		})
	}
}

func TestNobodyElseMayReadTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openAt(t, filepath.Join(dir, "test.db"))
	if err := db.Migrate(t.Context(), "notes", createNotes); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		info, err := d.Info()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil || files < 3 { // the database, its log and the log's index
		t.Errorf("%d files, %v", files, err)
	}
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "nowhere", "test.db"): "no such file or directory",
		dir:                                      "is a directory",
		text:                                     "not a database",
	} {
		db, err := sqlite.Open(t.Context(), path)
		if err == nil || db != nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("Open(%s) = %v, %v; want the path and %q", path, db, err, want)
		}
	}
	if ctxDB, err := sqlite.Open(ended(t), filepath.Join(dir, "late.db")); err == nil || ctxDB != nil {
		t.Errorf("Open with a context that has ended = %v, %v", ctxDB, err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	db := openNotes(t)
	if _, err := db.Read().ExecContext(t.Context(), insertNote, "sneaked in"); err == nil {
		t.Error("a reader wrote")
	}
	if got := count(t, db, "%"); got != 0 {
		t.Errorf("%d rows", got)
	}
}
