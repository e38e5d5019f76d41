// Package sqlite is the database of the embedded backend: one SQLite file with one writer, which commits in
// groups, and many readers.
//
// SQLite has one write lock and needs one fsync per commit. [DB.Write] therefore hands its work to a single
// goroutine, which runs all waiting work in one transaction: thirty-two posts that arrive together cost one
// fsync, and no caller ever gets SQLITE_BUSY. Each caller gets only its own outcome, once the commit is on
// disk. [DB.WriteUnsynced] is for work that can be repeated. Checkpoints run in parallel with the writer, so
// commits do not wait for them.
//
// The other packages of the embedded backend keep their own tables in this database and create them with
// [DB.Migrate].
package sqlite
