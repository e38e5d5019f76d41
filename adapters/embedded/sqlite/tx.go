package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// Tx runs statements inside the writer's transaction. It is valid only during the call that received it.
type Tx struct {
	w *writer
	// dirty is true if there may be something to undo.
	dirty bool
	// broken is an error on which SQLite may have rolled back the transaction.
	broken error
	open   []*sql.Rows
	after  func() // set by OnCommit
}

// OnCommit registers f to run on the writer's goroutine after the commit and before any caller is answered.
// Functions of several transactions run in commit order. f must be quick and must not write. A second call
// replaces the first.
func (tx *Tx) OnCommit(f func()) { tx.after = f }

// noDeadline is the context of every statement. An interrupted statement would fail all callers in the group,
// and the driver starts a goroutine for each statement whose context can end.
var noDeadline = context.Background()

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(query string, args ...any) (int64, error) {
	res, err := tx.exec(query, args)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	tx.dirty = tx.dirty || n > 0
	return n, err
}

// Insert runs an INSERT of one row and returns the row's id.
func (tx *Tx) Insert(query string, args ...any) (int64, error) {
	res, err := tx.exec(query, args)
	if err != nil {
		return 0, err
	}
	tx.dirty = true
	return res.LastInsertId()
}

func (tx *Tx) exec(query string, args []any) (sql.Result, error) {
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return nil, tx.failed(err)
	}
	res, err := stmt.ExecContext(noDeadline, args...)
	if err != nil {
		return nil, tx.failed(err)
	}
	return res, nil
}

// Query runs a query. Rows that are still open when the function returns are closed then.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	// Any other statement may write (INSERT ... RETURNING).
	if !strings.HasPrefix(query, "SELECT") {
		tx.dirty = true
	}
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return nil, tx.failed(err)
	}
	rows, err := stmt.QueryContext(noDeadline, args...)
	if err != nil {
		return nil, tx.failed(err)
	}
	tx.open = append(tx.open, rows)
	return rows, nil
}

// QueryRow runs a query that returns at most one row.
func (tx *Tx) QueryRow(query string, args ...any) *Row {
	rows, err := tx.Query(query, args...) //nolint:rowserrcheck // Scan asks for it
	return &Row{tx: tx, rows: rows, err: err}
}

// Row is the outcome of QueryRow.
type Row struct {
	tx   *Tx
	rows *sql.Rows
	err  error
}

// Scan copies the row's columns, or returns sql.ErrNoRows. It may be called once.
func (r *Row) Scan(dest ...any) (err error) {
	if r.err != nil {
		return r.err
	}
	defer func() { err = errors.Join(err, r.rows.Close()) }()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return r.tx.failed(err)
		}
		return sql.ErrNoRows
	}
	return r.rows.Scan(dest...)
}

// failed records an error after which the transaction cannot be committed.
func (tx *Tx) failed(err error) error {
	tx.dirty = true
	if endsTransaction(err) && tx.broken == nil {
		tx.broken = err
	}
	return err
}

// end closes rows that the function left open, because a statement that is still running cannot run again for
// the next caller. It also fails a function that ignored an error after which the transaction may be gone:
// later writes of the group would be committed statement by statement.
func (tx *Tx) end() error {
	var errs []error
	for _, rows := range tx.open {
		if err := rows.Close(); err != nil {
			errs = append(errs, tx.failed(err))
		}
	}
	tx.open = nil
	return errors.Join(append(errs, tx.broken)...)
}
