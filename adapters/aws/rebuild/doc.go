// Package rebuild rebuilds projections from the archive of a deployment on AWS, while the live ones serve.
//
// Terraform creates a generation and switches to it. This package reports the variables for that, and does
// the steps in between. Once a candidate's rule exists, the candidate receives every live event. Earlier
// events come from a replay that names only the candidates' rules. The replay covers everything published
// before the rules certainly matched all events, and starts once the archive has all of that. Duplicates are
// harmless because events commute. Then the queues are drained and both generations compared, user by user.
//
// AWS's records of its replays are the state of a rebuild, so repeating an interrupted command continues it.
// Steps are also recorded, in a stream of the log group of the candidate's function.
//
//   - rebuilder.go: the actions; generations.go: generations, and the variables that change them,
//   - waits.go: waits, and the time window of a replay; names.go: the name of a replay,
//   - replay.go: starts and finds replays; fill.go: follows them to their end; fromcopy.go: fills from the
//     copy of the archive; drop.go: cancels replays,
//   - drain.go: waits until a queue is drained,
//   - scan.go, digest.go, compare.go: the comparison; recheck.go: rereads users who differ, because live
//     events are always under way,
//   - steps.go: recorded steps; status.go: the state.
//
// docs/decisions/2026-11-24-rebuild-on-aws.md has the reasons.
package rebuild
