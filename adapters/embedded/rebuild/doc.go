// Package rebuild rebuilds projections from the event log while the live ones serve.
//
// A rebuild makes a candidate of each projection, which takes live events from the
// start, fills it with the events that were there before, compares it with the live
// generation, and, when they are the same, promotes it. What it did is recorded as
// it is done: a rebuild that was cut off, by whatever, goes on where it was.
//
//   - rebuilder.go: the actions,
//   - fill.go: the log into the candidates; pace.go makes room for
//     live writes meanwhile,
//   - compare.go: the live generation catches up, and both are compared.
//
// What an event changes is decided by internal/projection, for live events as for these: nothing
// here knows an event type, and no consumer with side effects is given anything.
package rebuild
