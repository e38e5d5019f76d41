// Package sqlite is the one database of the embedded home: a SQLite file with
// one writer, which commits in groups, and many readers.
//
// SQLite has one write lock and pays one fsync for every commit. [DB.Write]
// therefore hands its work to a single goroutine, which runs everything that
// waits in one transaction: thirty-two posts that arrive together cost one
// fsync, and nobody ever meets SQLITE_BUSY. Each caller hears of its own work
// only, and only after the commit is on disk. [DB.WriteUnsynced] is for work that
// can be done again. The write-ahead log is folded into the database beside the
// writer, so that commits do not wait for that either.
//
// The other packages of the embedded home keep their own tables in this
// database and make them with [DB.Migrate].
package sqlite
