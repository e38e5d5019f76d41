// Package client holds the commands that a user types: signup, confirm, login, send,
// inbox, read and the rest. One file holds one command. They share
//
//   - env.go: the streams, the HTTP client and the session store,
//   - flags.go: the flags that every command has,
//   - server.go: which server to call,
//   - connect.go: from a server to a signed-in client of its API,
//   - explain*.go: error texts, with what to do next.
//
// Package cli has what all commands of the binary share.
//
// This package decides nothing about messages or users. It asks the server through the
// public package client.
package client
