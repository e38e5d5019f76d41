// Package projections keeps the projections of the embedded home in SQLite: who
// is registered, what is in whose inbox, and what of it is unread.
//
// A projection is a pure function of the events, which come in any order and more
// than once. None of its writes therefore depends on what came before: each one
// moves its row up in an order that has a top (nothing, then unread, then read;
// no fact, then one, then the one with a smaller event id), so that the rows end
// where they end whichever way they went. A write that changes nothing touches no
// page and costs no disk.
//
// Every projection has generations. A generation has tables of its own, named by
// its number, so that one can be filled while another serves and dropped without
// touching it. [Generations] says which one serves.
//
// A generation is filled by many writes at once (fill.go), with the same outcome:
//
//   - chunk.go: gathered, made one for each message, and put in the order of the key,
//   - vacant.go: those apart whose place nothing is at,
//   - many.go, manyinbox.go, manyunread.go: many rows in a statement.
//
// All writes go through the database's one writer, which commits what waits
// together: callers that have many events make their calls at the same time.
package projections
