// Package operator is the commands for whoever runs an embedded Sealpost: redrive,
// events and subscribers. They open the server's own database, while the server
// runs and while it does not, so they work where the data folder is and need no
// sign-in: whoever can read that folder could do all of this anyway.
//
//   - home.go: from --data to the open event log,
//   - redrive.go: which dead letters, and what to do with them; list.go, show.go and
//     move.go are the ways; parking.go is what they need of where letters lie, which
//     embedded.go has in a data folder and deployment.go on AWS (stackflag.go),
//   - events.go: the log as lines or JSON,
//   - subscribers.go: who may follow the log,
//   - rebuild.go: projections made anew, which the running server does itself when
//     there is one; rebuildview.go shows how it goes,
//   - stackflag.go: --stack, for a deployment on AWS instead of the data folder, which
//     takes that account's credentials; rebuildstack.go: rebuild there.
package operator
