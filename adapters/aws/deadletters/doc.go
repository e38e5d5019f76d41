// Package deadletters lists and redrives what consumers on AWS failed at for good: after
// five receives SQS moves a delivery to the consumer's queue "dead"; "undelivered" has
// what the rule could not put into the consumer's queue.
//
// SQS has no way to read a message without receiving it, which hides it from all others.
// So this package holds what it reads ([Hold]), for a minute that it renews as long as it
// needs, and lets go at the end, on an error, and when the context ends. A call that
// receives or returns messages is never cancelled half-way, because its answer names what
// was hidden. If the process is killed, its letters are back within that minute.
//
// A redrive sends a copy to the consumer's queue and then deletes the letter. A crash
// between the two doubles a delivery and loses none; consumers handle duplicates, which
// EventBridge produces too.
//
//   - consumers.go: which consumers a filter selects,
//   - letters.go: listing; letter.go: what a message itself says,
//   - hold.go and receive.go: holding; batch.go: calls for many messages,
//   - move.go: redriving; outcomes.go: what became of what was redriven,
//   - reasons.go: why, looked up in the function's log by the delivery's id.
package deadletters
