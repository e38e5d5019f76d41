package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// Tx runs statements inside the writer's transaction. It is valid only during
// the call that it was given to.
type Tx struct {
	w *writer
	// dirty is true when there may be something to undo.
	dirty bool
	// broken is a failure after which SQLite may have rolled back by itself.
	broken error
	open   []*sql.Rows
	after  func() // set by OnCommit
}

// OnCommit has f called on the writer's goroutine behind the commit, before any caller
// is answered: those of several transactions run in the order of their commits. f must
// be quick and must not write. A second call replaces the first.
func (tx *Tx) OnCommit(f func()) { tx.after = f }

// noDeadline is what statements run with: an interrupted statement would fail
// everybody in the group, and the driver starts a goroutine for each statement
// whose context can end.
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

// Query runs a query. Rows that are still open when the function returns are
// closed then.
func (tx *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	// Anything else may write (INSERT ... RETURNING), and says so to nobody.
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

// QueryRow runs a query that gives at most one row.
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

// Scan copies the row's columns; sql.ErrNoRows means that there is no row. It is
// called once.
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

// failed marks the transaction as one that cannot be committed as it is.
func (tx *Tx) failed(err error) error {
	tx.dirty = true
	if endsTransaction(err) && tx.broken == nil {
		tx.broken = err
	}
	return err
}

// end closes what the function left open: a statement that is still running could
// not run again for the next caller. And it fails a function that ignored an error
// after which the group's transaction may be gone, because what the others write
// from then on would be committed statement by statement.
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
