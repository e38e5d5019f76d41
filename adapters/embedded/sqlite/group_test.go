package sqlite_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// write starts a write for each function and returns their outcomes, once those
// are there, in the same order.
func write(t *testing.T, db *sqlite.DB, fns []func(*sqlite.Tx) error) (outcomes func() []error) {
	t.Helper()
	done := make([]chan error, len(fns))
	for i, fn := range fns {
		done[i] = make(chan error, 1)
		go func() { done[i] <- db.Write(t.Context(), fn) }()
	}
	return func() []error {
		errs := make([]error, len(fns))
		for i := range done {
			errs[i] = <-done[i]
		}
		return errs
	}
}

// oneGroup has all functions run in one group and returns their outcomes.
func oneGroup(t *testing.T, db *sqlite.DB, fns []func(*sqlite.Tx) error) []error {
	t.Helper()
	release := hold(t, db)
	outcomes := write(t, db, fns)
	synctest.Wait() // until everybody stands in the queue
	release()
	return outcomes()
}

func TestWhatWaitsSharesOneTransaction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openNotes(t)
		var mostSeen, committed atomic.Int64
		fns := make([]func(*sqlite.Tx) error, 20)
		for i := range fns {
			fns[i] = func(tx *sqlite.Tx) error {
				if err := insert(fmt.Sprint(i))(tx); err != nil {
					return err
				}
				var seen int64
				if err := tx.QueryRow(`SELECT count(*) FROM notes`).Scan(&seen); err != nil {
					return err
				}
				mostSeen.Store(seen)
				committed.Add(int64(count(t, db, "%")))
				return nil
			}
		}
		for _, err := range oneGroup(t, db, fns) {
			if err != nil {
				t.Error(err)
			}
		}
		if mostSeen.Load() != 20 || committed.Load() != 0 {
			t.Errorf("the last of 20 saw %d rows, readers saw %d meanwhile: not one transaction", mostSeen.Load(), committed.Load())
		}
		if got := count(t, db, "%"); got != 20 {
			t.Errorf("%d rows after the commit", got)
		}
	})
}

// A job that fails for what another one wrote is answered when that can be read.
func TestAFailureIsAnsweredAfterTheCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openNotes(t)
		release := hold(t, db)
		first := write(t, db, []func(*sqlite.Tx) error{insert("first")})
		synctest.Wait()
		let, found := make(chan struct{}), make(chan int, 1)
		go func() {
			err := db.Write(t.Context(), func(tx *sqlite.Tx) error {
				var n int
				if err := tx.QueryRow(`SELECT count(*) FROM notes`).Scan(&n); err != nil || n == 0 {
					return err
				}
				return errOwn
			})
			if !errors.Is(err, errOwn) {
				t.Errorf("error %v, want the caller's own", err)
			}
			found <- count(t, db, "first")
		}()
		synctest.Wait()
		last := write(t, db, []func(*sqlite.Tx) error{func(*sqlite.Tx) error { <-let; return nil }})
		synctest.Wait()
		release()
		synctest.Wait() // until the last of the group holds up the commit
		close(let)
		if n := <-found; n != 1 {
			t.Errorf("%d rows are there after the failure, want the one that it is about", n)
		}
		if err := errors.Join(append(first(), last()...)...); err != nil {
			t.Error(err)
		}
	})
}

// failures are the ways in which a write fails after it has written.
var failures = map[string]func(*sqlite.Tx) error{
	"an error after a write": func(tx *sqlite.Tx) error {
		return errors.Join(insert(bad())(tx), errOwn)
	},
	"an error after an insert whose id was asked for": func(tx *sqlite.Tx) error {
		_, err := tx.Insert(insertNote, bad())
		return errors.Join(err, errOwn)
	},
	"an error after an insert with RETURNING": func(tx *sqlite.Tx) error {
		var id int
		err := tx.QueryRow(insertNote+` RETURNING id`, bad()).Scan(&id)
		return errors.Join(err, errOwn)
	},
	"an error after an update that returns rows": func(tx *sqlite.Tx) error {
		_, err := tx.Query(`UPDATE notes SET text = 'bad' || id WHERE text = 'before' RETURNING id`)
		return errors.Join(err, errOwn)
	},
	"a statement that fails": func(tx *sqlite.Tx) error {
		_, err := tx.Insert(insertNote, "before")
		return errors.Join(insert(bad())(tx), err, errOwn)
	},
	"a statement that is not SQL": func(tx *sqlite.Tx) error {
		err := insert(bad())(tx)
		_, bad := tx.Exec(`INSERT INTO nowhere`)
		return errors.Join(err, bad, errOwn)
	},
	"a panic after a write": func(tx *sqlite.Tx) error {
		if err := insert(bad())(tx); err != nil {
			return err
		}
		panic(errOwn)
	},
	"a panic amid rows": func(tx *sqlite.Tx) error {
		rows, err := tx.Query(`SELECT id FROM notes`)
		if err != nil || !rows.Next() || rows.Err() != nil {
			return err
		}
		panic(errOwn)
	},
}

// bad is another text every time, or a failure to undo one would be hidden by the
// next one's conflict with it.
func bad() string { return "bad" + rand.Text() }

func TestAFailureIsItsCallersAlone(t *testing.T) {
	t.Parallel()
	for name, fail := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				db := openNotes(t)
				if err := db.Write(t.Context(), insert("before")); err != nil {
					t.Fatal(err)
				}
				var fns []func(*sqlite.Tx) error
				for i := range 8 {
					fns = append(fns, insert(fmt.Sprint("good", i)), fail)
				}
				for i, err := range oneGroup(t, db, fns) {
					if i%2 == 0 && err != nil {
						t.Errorf("a bystander got %v", err)
					}
					if i%2 == 1 && (err == nil || !strings.Contains(err.Error(), errOwn.Error())) {
						t.Errorf("the one that failed got %v", err)
					}
				}
				if good, bad, before := count(t, db, "good%"), count(t, db, "bad%"), count(t, db, "before"); good != 8 || bad != 0 || before != 1 {
					t.Errorf("%d good of 8, %d bad, %d before", good, bad, before)
				}
				if err := db.Write(t.Context(), insert("after")); err != nil {
					t.Errorf("the next write: %v", err)
				}
			})
		})
	}
}

func TestAnErrorWithoutAWriteRepeatsNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openNotes(t)
		var runs atomic.Int64
		fns := []func(*sqlite.Tx) error{
			func(tx *sqlite.Tx) error { runs.Add(1); return insert("good")(tx) },
			func(tx *sqlite.Tx) error { // looks, finds it taken, and writes nothing
				var id int
				if err := tx.QueryRow(`SELECT id FROM notes WHERE text = 'absent'`).Scan(&id); err == nil {
					return errors.New("found what is not there")
				}
				if _, err := tx.Exec(insertNote+` ON CONFLICT DO NOTHING`, "before"); err != nil {
					return err
				}
				return errOwn
			},
		}
		if err := db.Write(t.Context(), insert("before")); err != nil {
			t.Fatal(err)
		}
		errs := oneGroup(t, db, fns)
		if errs[0] != nil || !errors.Is(errs[1], errOwn) || runs.Load() != 1 {
			t.Errorf("outcomes %v, the first ran %d times", errs, runs.Load())
		}
	})
}

func TestAContextThatEndsInTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openNotes(t)
		release := hold(t, db)
		ctx, cancel := context.WithCancel(t.Context())
		outcome := make(chan error, 1)
		go func() { outcome <- db.Write(ctx, insert("late")) }()
		others := write(t, db, []func(*sqlite.Tx) error{insert("other")})
		synctest.Wait()
		cancel()
		release()
		if err := <-outcome; !errors.Is(err, context.Canceled) {
			t.Errorf("Write = %v", err)
		}
		if err := others()[0]; err != nil {
			t.Errorf("the other got %v", err)
		}
		if got := count(t, db, "late"); got != 0 {
			t.Error("it was written all the same")
		}
	})
}

func TestAContextThatEndsBeforeTheQueueHasRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		db := openNotes(t)
		release := hold(t, db)
		fns := make([]func(*sqlite.Tx) error, sqlite.QueueSize)
		for i := range fns {
			fns[i] = insert(fmt.Sprint("queued", i))
		}
		outcomes := write(t, db, fns)
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		late := make(chan error, 1)
		go func() { late <- db.Write(ctx, insert("late")) }()
		synctest.Wait()
		cancel()
		if err := <-late; !errors.Is(err, context.Canceled) { // while the writer is still held
			t.Errorf("Write = %v", err)
		}
		release()
		for _, err := range outcomes() {
			if err != nil {
				t.Fatal(err)
			}
		}
		if queued, late := count(t, db, "queued%"), count(t, db, "late"); queued != sqlite.QueueSize || late != 0 {
			t.Errorf("%d queued rows, %d late", queued, late)
		}
	})
}

func TestCloseFinishesWhatWasTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "test.db")
		db := openAt(t, path)
		if err := db.Migrate(t.Context(), "notes", createNotes); err != nil {
			t.Fatal(err)
		}
		release := hold(t, db)
		fns := make([]func(*sqlite.Tx) error, 50)
		for i := range fns {
			fns[i] = insert(fmt.Sprint(i))
		}
		outcomes := write(t, db, fns)
		synctest.Wait()
		closed := make(chan error, 2)
		go func() { closed <- db.Close() }()
		synctest.Wait()
		go func() { closed <- db.Close() }() // the second waits for the first
		if err := db.Write(t.Context(), insert("late")); !errors.Is(err, sqlite.ErrClosed) {
			t.Errorf("a write after Close: %v", err)
		}
		release()
		for _, err := range append(outcomes(), <-closed, <-closed) {
			if err != nil {
				t.Error(err)
			}
		}
		if got := count(t, openAt(t, path), "%"); got != 50 {
			t.Errorf("%d rows of 50", got)
		}
	})
}
