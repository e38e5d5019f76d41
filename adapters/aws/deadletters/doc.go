// Package deadletters shows and returns what consumers on AWS failed at for good.
// A consumer has two dead-letter queues: "dead" has what SQS moved there after too
// many receives, "undelivered" what the rule could not put into the queue.
//
// SQS cannot be looked into: to see a message is to receive it, which hides it from
// everybody else. So whatever this package looks at it holds ([Hold]), for a minute
// that it renews while it needs it, and lets go again: at the end, on an error, and
// when the context ends. No call that hands out or returns messages is broken off in
// the middle, because its answer names what was hidden. Should the process be
// killed, its letters are back within that minute.
//
// A letter is moved by sending a copy to the consumer's queue and deleting the
// letter after that, in this order: whatever happens in between doubles a delivery
// and loses none, and consumers bear duplicates (an event may come twice on
// EventBridge as well).
//
//   - letter.go: what a letter says of itself,
//   - letters.go: listing; hold.go and receive.go: holding; batch.go: calls for many,
//   - move.go: redriving,
//   - reasons.go: why, looked up in the function's log by the delivery's id,
//   - watch.go: what became of what was redriven.
package deadletters
