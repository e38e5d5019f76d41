// Package rebuild rebuilds projections from the archive of a deployment on AWS, while the
// live generations serve.
//
// Terraform creates a candidate and switches to it; this package reports the variables
// that do that, and does what lies between. A candidate takes live events as soon as its
// rule is enabled. Everything that was published before comes from one replay, which
// names the rules of the candidates and no others, and starts when the archive has all of
// it. Some events come twice, which does no harm because they commute. Then the queues
// are drained and both generations compared, user by user.
//
// The state of a rebuild is what AWS knows about its replays, so the same command
// continues one that was cut off. Steps are recorded in a stream of the log group of the
// candidate's function.
//
//   - rebuilder.go: the actions; drop.go: dropping; generations.go: which generations
//     there are, and the variables that change that,
//   - fill.go: filling; replay.go: EventBridge; names.go: what a replay's name says;
//     waits.go: the times that AWS takes,
//   - drain.go: until a queue is drained,
//   - scan.go, digest.go, compare.go: the comparison; recheck.go: users who differ are
//     read again, because live events are always on their way,
//   - steps.go: the record; status.go: the state.
//
// docs/decisions/2026-11-24-rebuild-on-aws.md says why.
package rebuild
