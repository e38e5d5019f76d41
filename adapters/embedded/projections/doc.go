// Package projections keeps the projections in SQLite.
//
// What an event changes, and how changes of one row merge, is in internal/projection. Here
// is how rows are kept, written and read:
//
//   - table.go: what this backend adds to a projection (its table, key, columns and
//     queries); users.go, inbox.go and unread.go have one of it each, and its readers,
//   - write.go: merged changes into rows, many in a statement,
//   - generation.go, generations.go: tables by their number, the live one among them,
//   - set.go: all projections; the rest of the package works on any of them,
//   - record.go: which generations there are; change.go, compare.go, drop.go, fill.go.
//
// Every projection has generations. A generation has a table of its own, named by
// its number, so that one can be filled while another serves and dropped without
// touching it.
//
// Rows are written in one way. Live events are written to all generations of a projection in
// one transaction and wait for the disk; a fill writes the candidate alone, in large batches
// that do not wait for it. A change moves its row up in an order that has a top (a
// higher stage; a fact, then the same fact with a smaller event id), so that rows end
// the same whatever comes first. A change that changes nothing touches no page.
package projections
