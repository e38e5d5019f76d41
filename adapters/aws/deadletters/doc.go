// Package deadletters lists and redrives dead letters on AWS. A consumer has two dead-letter queues: "dead"
// has messages that SQS moved there after too many receives, "undelivered" has events that the rule could not
// put into the queue.
//
// SQS messages can only be read by receiving them, which hides them from all other clients. So this package
// holds all messages that it reads ([Hold]) for a minute, renewed while needed, and releases them at the end,
// on an error, and when the context ends. No call that receives or returns messages is interrupted, because
// its answer names the hidden messages. If the process is killed, its letters become visible within that
// minute.
//
// A letter is moved by sending a copy to the consumer's queue and then deleting the letter. A failure in
// between duplicates a delivery and loses none; consumers tolerate duplicates, which EventBridge produces
// too.
//
//   - consumers.go: which consumers a filter selects,
//   - letter.go: what a letter contains,
//   - letters.go: listing; hold.go and receive.go: holding; batch.go: calls for many messages,
//   - move.go: redriving,
//   - reasons.go: the reasons, found in the function's log by the delivery's id,
//   - outcomes.go: the outcomes of a redrive.
package deadletters
