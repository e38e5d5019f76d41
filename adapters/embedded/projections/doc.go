// Package projections stores the projections in SQLite.
//
// Package internal/projection decides what an event changes and how changes of one row merge. This package
// stores, writes and reads rows:
//
//   - table.go: what this backend adds to a projection (table, key, columns and queries); users.go, inbox.go
//     and unread.go each have one, and its readers,
//   - write.go: merged changes into rows, many per statement,
//   - generation.go, generations.go: tables by their number, one of them live,
//   - set.go: all projections; the rest of the package works on any of them,
//   - record.go: which generations exist; change.go, compare.go, drop.go, fill.go.
//
// Every projection has generations. A generation has its own table, named by its number, so that one can be
// filled while another serves, and dropped independently.
//
// All rows are written in one way. Live events are written to all generations of a projection in one
// transaction and wait for the disk. A fill writes only the candidate, in large batches that do not wait for
// the disk. A change can only raise its row (to a higher stage, or to the same fact with a smaller event id),
// so rows end the same in any order of events. A change without effect writes no page.
package projections
