package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
)

// maxGroup bounds how many callers wait for one commit, and with it how much
// work is repeated when one of them fails half-way.
const maxGroup = 256

// job is one caller's work.
type job struct {
	ctx      context.Context
	fn       func(*Tx) error
	unsynced bool // the caller does not wait for the disk
	done     chan error
}

// writer owns the only connection that writes.
type writer struct {
	conn       *sql.Conn
	queue      chan *job
	statements map[string]*sql.Stmt
	unsynced   bool   // the connection's commits do not wait for the disk
	committed  func() // is called after each commit
}

// prepare keeps every statement for the life of the database: their texts are
// constants of the program, so there are few.
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

// gather takes what waits already. It waits for nobody: while one group is
// being synced the next one queues up, so groups grow by themselves with load.
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

// commit runs the group in one transaction and answers everybody. A job that
// fails after it has written poisons the transaction: all is rolled back and
// the others run again without it.
func (w *writer) commit(group []*job) {
	for len(group) > 0 {
		failed, err := w.attempt(group)
		if failed == nil {
			for _, j := range group {
				if j != nil {
					j.done <- err
				}
			}
			return
		}
		for i, j := range group {
			if j == failed {
				group[i] = nil
			}
		}
		failed.done <- err
	}
}

// attempt runs every job of the group (nil marks those that were answered). It
// returns the job whose failure poisoned the transaction, if one did, and
// otherwise the commit's outcome, which is everybody's.
func (w *writer) attempt(group []*job) (failed *job, err error) {
	if err := w.setSync(group); err != nil {
		return nil, err
	}
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, errors.Join(fmt.Errorf("beginning a transaction: %w", err), w.rollback())
	}
	for i, j := range group {
		if j == nil {
			continue
		}
		tx := &Tx{w: w}
		err := run(j, tx)
		switch {
		case err == nil:
		case tx.dirty:
			return j, errors.Join(err, w.rollback())
		default: // nothing to undo, so nobody else needs to know
			group[i] = nil
			j.done <- err
		}
	}
	if err := w.exec("COMMIT"); err != nil {
		return nil, errors.Join(fmt.Errorf("committing: %w", err), w.rollback())
	}
	w.committed()
	return nil, nil
}

// setSync has the commit of a group wait for the disk, unless nobody in it needs that.
func (w *writer) setSync(group []*job) error {
	unsynced := !slices.ContainsFunc(group, func(j *job) bool { return j != nil && !j.unsynced })
	if unsynced == w.unsynced {
		return nil
	}
	mode := "FULL"
	if unsynced {
		mode = "NORMAL" // no commit is synced, a checkpoint still is
	}
	// Not by a kept statement: SQLite carries this one out when it prepares it.
	if _, err := w.conn.ExecContext(noDeadline, "PRAGMA synchronous = "+mode); err != nil {
		return fmt.Errorf("setting how commits are synced: %w", err)
	}
	w.unsynced = unsynced
	return nil
}

// run turns a panic into that job's error: one caller's bug must not end
// everybody's writes.
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

// rollback ends the transaction. SQLite ends it by itself on some errors (a full
// disk among them), and then there is nothing left to roll back.
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
