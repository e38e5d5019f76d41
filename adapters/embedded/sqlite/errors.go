package sqlite

import (
	"errors"
	"strings"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// IsFull reports whether a write failed because the disk is full.
func IsFull(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_FULL
}

// noTransaction recognises the answer to ROLLBACK without a transaction. SQLite
// has no code of its own for it, only SQLITE_ERROR and this text.
func noTransaction(err error) bool {
	return strings.Contains(err.Error(), "no transaction is active")
}
