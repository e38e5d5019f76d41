// Package client is the commands that a person types: signup, confirm, login, send,
// inbox, read and the rest. One file holds one command; what they share is in
//
//   - env.go: what they have of the process,
//   - flags.go: the flags that every command has,
//   - server.go: which server is meant,
//   - connect.go: from a server to a signed-in client of its API,
//   - explain*.go: errors in words, with what to do next.
//
// What all commands of the binary share is in package cli.
//
// The package decides nothing about messages or users; it asks the server through
// client.
package client
