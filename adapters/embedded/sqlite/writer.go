package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// maxGroup bounds how many callers wait for one commit, and with it how much
// work is repeated when one of them fails half-way.
const maxGroup = 256

// job is one caller's work.
type job struct {
	ctx  context.Context
	fn   func(*Tx) error
	done chan error
}

// writer owns the only connection that writes.
type writer struct {
	conn       *sql.Conn
	queue      chan *job
	statements map[string]*sql.Stmt
}

// Tx runs statements inside the writer's transaction. It is valid only during
// the call that it was given to.
type Tx struct {
	w     *writer
	dirty bool
}

// noDeadline is what statements run with: an interrupted statement would fail
// everybody in the group, and the driver starts a goroutine for each statement
// whose context can end.
var noDeadline = context.Background()

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return 0, tx.failed(err)
	}
	res, err := stmt.ExecContext(noDeadline, args...)
	if err != nil {
		return 0, tx.failed(err)
	}
	n, err := res.RowsAffected()
	tx.dirty = tx.dirty || n > 0
	return n, err
}

// Insert runs an INSERT of one row and returns the row's id.
func (tx *Tx) Insert(query string, args ...any) (int64, error) {
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return 0, tx.failed(err)
	}
	res, err := stmt.ExecContext(noDeadline, args...)
	if err != nil {
		return 0, tx.failed(err)
	}
	tx.dirty = true
	return res.LastInsertId()
}

// failed marks the transaction as one that cannot be committed as it is: on some
// errors (a full disk among them) SQLite has rolled it back already.
func (tx *Tx) failed(err error) error {
	tx.dirty = true
	return err
}

// QueryRow runs a query that gives at most one row.
func (tx *Tx) QueryRow(query string, args ...any) *Row {
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return &Row{err: err}
	}
	return &Row{row: stmt.QueryRowContext(noDeadline, args...)}
}

// Query runs a query; the caller closes the rows before its function returns.
// A statement with RETURNING counts as a write.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	tx.dirty = true
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(noDeadline, args...)
}

// Row is the outcome of QueryRow.
type Row struct {
	row *sql.Row
	err error
}

// Scan copies the row's columns; sql.ErrNoRows means that there is no row.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.row.Scan(dest...)
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
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, fmt.Errorf("beginning a transaction: %w", err)
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
	return nil, nil
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
			err = fmt.Errorf("panic in a write: %v", p)
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
