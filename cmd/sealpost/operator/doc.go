// Package operator is the commands for the operator of a deployment. Those that have
// --data open the server's own database, whether or not the server runs, so they work
// where the data folder is and need no sign-in: anybody who can read that folder could do
// all of this without them. Those that have --stack too work on a deployment on AWS as
// well, with that account's credentials.
//
//   - backend.go and stack.go: from --data or --stack to a backend, which the commands
//     know as ports.DeadLetters and ports.Rebuilder,
//   - redrive.go: dead letters; redrivelist.go shows them, redrivemove.go has them
//     delivered again, redrivereport.go says how that ended,
//   - rebuild.go: rebuilding projections; rebuildview.go shows how it goes.
//
// Each other file is one command.
package operator
