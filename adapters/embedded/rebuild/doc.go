// Package rebuild rebuilds projections from the event log while the live ones serve.
//
// A rebuild creates a candidate of each projection, which receives live events from the start. It fills the
// candidate with the earlier events, compares it with the live generation and, if they are equal, promotes
// it. Each step is recorded, so an interrupted rebuild continues where it stopped.
//
//   - rebuilder.go: the actions,
//   - fill.go: the log into the candidates; pace.go makes room for live writes, and meter.go reports
//     progress,
//   - compare.go: waits for the live generation, and compares.
//
// Package internal/projection decides what an event changes, live or in a fill. This package knows no event
// types, and delivers nothing to consumers with side effects.
package rebuild
