// Package rebuild makes projections anew from the event log while the live ones serve.
//
// A rebuild makes a generation of each projection that takes live events from the
// start, fills it with the events that were there before, compares it with the live
// one, and, when they are the same, makes it the live one. What it did is recorded as
// it is done: a rebuild that was cut off, by whatever, goes on where it was.
//
//   - request.go, report.go: what it is asked and what it tells,
//   - rebuilder.go: the actions,
//   - fill.go: the log through the consumers into a generation; pace.go makes room for
//     live writes meanwhile,
//   - settle.go: the live generation catches up, and both are compared.
//
// The consumers that live events go through decide what an event does: nothing here
// knows an event type. Only consumers of projections are given anything, each by
// delivery.Consumer.Replay, which refuses for those with side effects.
package rebuild
