package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
)

// maxGroup bounds how many callers share one commit, and so how much work is repeated when one of them fails
// half-way.
const maxGroup = 256

type job struct {
	ctx      context.Context
	fn       func(*Tx) error
	unsynced bool // the caller does not wait for the disk
	done     chan error

	outcome error  // sent to done once the group is committed
	out     bool   // failed after it had written; does not run again
	after   func() // what the last run gave to OnCommit
}

// writer owns the only connection that writes.
type writer struct {
	conn       *sql.Conn
	queue      chan *job
	statements map[string]*sql.Stmt
	unsynced   bool   // commits of the connection do not wait for the disk
	committed  func() // called after each commit
}

// prepare keeps every statement for the life of the database. Their texts are constants of the program, so
// there are few.
func (w *writer) prepare(query string) (*sql.Stmt, error) {
	if stmt, ok := w.statements[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(noDeadline, query)
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", query, err)
	}
	w.statements[query] = stmt
	return stmt, nil
}

func (w *writer) run() {
	group := make([]*job, 0, maxGroup)
	for first := range w.queue {
		group = append(group[:0], first)
		group = w.gather(group)
		w.commit(group)
	}
}

// gather takes the jobs that are waiting, and does not wait for more. While one group is being synced the
// next one queues up, so groups grow with load.
func (w *writer) gather(group []*job) []*job {
	for len(group) < maxGroup {
		select {
		case j, ok := <-w.queue:
			if !ok {
				return group
			}
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// commit runs the group in one transaction and answers its callers. If a job fails after it has written,
// everything is rolled back and the other jobs run again without it.
//
// All answers, including failures, wait for the commit: a job may have failed because of what another job of
// the group wrote, and its caller may then read just that.
func (w *writer) commit(group []*job) {
	for w.attempt(group) {
	}
	for _, j := range group {
		j.done <- j.outcome
	}
}

// attempt runs every job of the group and commits. It reports whether a job failed after it had written, so
// the rest has to run again.
func (w *writer) attempt(group []*job) (again bool) {
	if err := w.setSync(group); err != nil {
		fail(group, err)
		return false
	}
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		fail(group, errors.Join(fmt.Errorf("beginning a transaction: %w", err), w.rollback()))
		return false
	}
	for _, j := range group {
		if j.out {
			continue
		}
		tx := &Tx{w: w}
		j.outcome = run(j, tx)
		j.after = tx.after
		if j.outcome != nil && tx.dirty {
			j.outcome, j.out = errors.Join(j.outcome, w.rollback()), true
			return true
		}
	}
	if err := w.exec("COMMIT"); err != nil {
		fail(group, errors.Join(fmt.Errorf("committing: %w", err), w.rollback()))
		return false
	}
	w.committed()
	for _, j := range group {
		if j.outcome == nil && j.after != nil {
			j.after()
		}
	}
	return false
}

// fail gives one error to all jobs whose outcome depended on the commit.
func fail(group []*job, err error) {
	for _, j := range group {
		if !j.out {
			j.outcome = err
		}
	}
}

// setSync makes the commit wait for the disk unless every job of the group is unsynced.
func (w *writer) setSync(group []*job) error {
	unsynced := !slices.ContainsFunc(group, func(j *job) bool { return !j.out && !j.unsynced })
	if unsynced == w.unsynced {
		return nil
	}
	mode := "FULL"
	if unsynced {
		mode = "NORMAL" // commits are not synced, checkpoints still are
	}
	// A kept statement does not work here, because SQLite executes this one when it prepares it.
	if _, err := w.conn.ExecContext(noDeadline, "PRAGMA synchronous = "+mode); err != nil {
		return fmt.Errorf("setting how commits are synced: %w", err)
	}
	w.unsynced = unsynced
	return nil
}

// run turns a panic into the job's error, so that one caller's bug does not end the writes of all others.
func run(j *job, tx *Tx) (err error) {
	if err := j.ctx.Err(); err != nil {
		return fmt.Errorf("waiting to write: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			tx.dirty = true
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
		if end := tx.end(); err == nil {
			err = end
		}
	}()
	return j.fn(tx)
}

// rollback ends the transaction. On some errors (a full disk among them) SQLite has already ended it.
func (w *writer) rollback() error {
	if err := w.exec("ROLLBACK"); err != nil && !noTransaction(err) {
		return fmt.Errorf("rolling back: %w", err)
	}
	return nil
}

func (w *writer) exec(query string) error {
	stmt, err := w.prepare(query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(noDeadline)
	return err
}

func (w *writer) close() error {
	var errs []error
	for _, stmt := range w.statements {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}
