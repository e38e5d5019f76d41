// Package operator holds the commands for the operator of a deployment. Commands with
// --data open the server's own database, whether or not the server runs. They need no
// sign-in, because everyone who can read that folder can do the same without them.
// Commands that also have --stack can work on a deployment on AWS instead, with that
// account's credentials.
//
//   - backend.go and stack.go: from --data or --stack to a backend, as
//     ports.DeadLetters and ports.Rebuilder,
//   - redrive.go: dead letters; redrivelist.go shows them, redrivemove.go redelivers
//     them, redrivereport.go reports the outcome,
//   - rebuild.go: rebuilding projections; rebuildview.go shows the progress.
//
// Each other file is one command.
package operator
