// Package delivery turns the batches that a queue delivers into events, hands
// them to a consumer, and reports which deliveries failed.
//
// Every consumer is built on it, so that the rules hold in one place: a poisoned
// delivery fails alone, a panic is a failure, a consumer with side effects never
// acts on a replay, and an event of an unknown type or version fails until it is
// in the dead-letter queue instead of being skipped.
package delivery
