// Package delivery decodes batches of a queue into events, passes them to a consumer,
// and reports which deliveries failed.
//
// Every consumer is built on it, so that the rules are in one place. A poisoned
// delivery fails alone. A panic is a failure. A consumer with side effects never acts
// on a replay. An event of an unknown type or version is not skipped: it fails until it
// is in the dead-letter queue.
package delivery
