package sqlite

import (
	"errors"
	"strings"
	"syscall"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// IsFull reports whether a write to the database or to a file failed because the disk is full.
func IsFull(err error) bool {
	return primaryCode(err) == lib.SQLITE_FULL || errors.Is(err, syscall.ENOSPC)
}

// primaryCode returns SQLite's result code without its extension, or SQLITE_OK for an error that is not
// SQLite's.
func primaryCode(err error) int {
	var e *driver.Error
	if !errors.As(err, &e) {
		return lib.SQLITE_OK
	}
	return e.Code() & 0xff
}

// endsTransaction reports whether SQLite may have rolled back the whole transaction on this error
// (sqlite.org/lang_transaction.html, section 3).
func endsTransaction(err error) bool {
	switch primaryCode(err) {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_NOMEM, lib.SQLITE_BUSY, lib.SQLITE_INTERRUPT:
		return true
	}
	return false
}

// noTransaction reports whether err is the answer to ROLLBACK without a transaction. SQLite has no code for
// it, only SQLITE_ERROR and this text.
func noTransaction(err error) bool {
	return strings.Contains(err.Error(), "no transaction is active")
}

// IsDamaged reports whether a query failed because the file is damaged or not a database.
func IsDamaged(err error) bool {
	code := primaryCode(err)
	return code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB
}
