// Package rebuild makes projections anew from the archive of a deployment on AWS,
// while the live ones serve.
//
// Terraform makes a generation, and switches to it; this package tells which variables
// do that, and does what lies between. Once a new generation's rule is there it takes
// every live event. What was published before comes from two replays, which name the
// rules of the new generations and no others: the main one begins at once, and the tail
// covers the time around that beginning when the archive surely has it. Events commute,
// so it does no harm that some come twice. Then the queues are drained and both
// generations compared, user by user.
//
// Where a rebuild stands is what AWS knows of its replays, so a command that was cut
// off is followed up by the same command: there is no state to lose. What was done is
// recorded besides, in a stream of the log group of the new generation's function.
//
//   - rebuilder.go: the actions; generations.go: which generations there are, and the
//     variables that change that,
//   - window.go: which span of time each replay covers; names.go: what a replay's name
//     says,
//   - replay.go: starting, finding, cancelling; follow.go: until it has ended,
//   - queues.go: until a queue is drained,
//   - scan.go, digest.go, compare.go: the comparison; lookagain.go: a second look at who
//     differs, because live events are always under way,
//   - journal.go: the record; status.go: what there is.
//
// docs/decisions has why it is so.
package rebuild
