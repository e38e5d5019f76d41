package sqlite

import (
	"errors"
	"strings"
	"syscall"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// IsFull reports whether a write failed because the disk is full: the database's
// own writes, and those of files beside it.
func IsFull(err error) bool {
	return primaryCode(err) == lib.SQLITE_FULL || errors.Is(err, syscall.ENOSPC)
}

// primaryCode gives SQLite's result code without its extension, SQLITE_OK for an
// error of another kind.
func primaryCode(err error) int {
	var e *driver.Error
	if !errors.As(err, &e) {
		return lib.SQLITE_OK
	}
	return e.Code() & 0xff
}

// endsTransaction recognises the errors on which SQLite may roll back the whole
// transaction by itself (sqlite.org/lang_transaction.html, section 3).
func endsTransaction(err error) bool {
	switch primaryCode(err) {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_NOMEM, lib.SQLITE_BUSY, lib.SQLITE_INTERRUPT:
		return true
	}
	return false
}

// noTransaction recognises the answer to ROLLBACK without a transaction. SQLite
// has no code of its own for it, only SQLITE_ERROR and this text.
func noTransaction(err error) bool {
	return strings.Contains(err.Error(), "no transaction is active")
}

// IsDamaged tells whether a query failed because the file is damaged or no database.
func IsDamaged(err error) bool {
	code := primaryCode(err)
	return code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB
}
