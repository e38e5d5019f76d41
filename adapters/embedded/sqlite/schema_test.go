package sqlite_test

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

func TestStepsRunOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	seed := `INSERT INTO notes (text) VALUES ('seed')`
	steps := []string{createNotes, seed, seed + ` ON CONFLICT DO NOTHING`, `INSERT INTO notes (text) VALUES ('later')`}
	for known := 2; known <= len(steps); known++ {
		db := openAt(t, path)
		for range 2 {
			if err := db.Migrate(t.Context(), "notes", steps[:known]...); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db := openAt(t, path)
	if seed, later := count(t, db, "seed"), count(t, db, "later"); seed != 1 || later != 1 {
		t.Errorf("%d seeds, %d later rows", seed, later)
	}
	if err := db.Migrate(t.Context(), "notes", steps[:2]...); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("an older program: %v, want ErrNewer", err)
	}
	// Components do not know of one another.
	if err := db.Migrate(t.Context(), "others", `CREATE TABLE others (id INTEGER PRIMARY KEY) STRICT`); err != nil {
		t.Error(err)
	}
}

func TestAStepThatFailsUndoesAll(t *testing.T) {
	t.Parallel()
	db := openAt(t, filepath.Join(t.TempDir(), "test.db"))
	if err := db.Migrate(t.Context(), "notes", createNotes, `INSERT INTO notes (text) VALUES ('half')`, `CREATE GARBAGE`); err == nil {
		t.Fatal("garbage was taken for a step")
	}
	if err := db.Migrate(t.Context(), "notes", createNotes); err != nil {
		t.Fatalf("the table was left behind: %v", err)
	}
	if got := count(t, db, "%"); got != 0 {
		t.Errorf("%d rows left behind", got)
	}
}

func TestProgramsThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	dbs := []*sqlite.DB{openAt(t, path), openAt(t, path)}
	var g errgroup.Group
	for i := range 8 {
		g.Go(func() error {
			return dbs[i%2].Migrate(t.Context(), "notes", createNotes, `INSERT INTO notes (text) VALUES ('seed')`)
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := count(t, dbs[0], "seed"); got != 1 {
		t.Errorf("%d seeds", got)
	}
}
