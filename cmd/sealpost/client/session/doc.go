// Package session keeps sign-ins on disk, one for each server, and remembers which
// server was used last.
//
// Tokens are as good as the password while they last. Only the owner can therefore read
// the folder (0700, files 0600), files are replaced atomically by rename, and a session
// is never sent to a server or user pool that did not issue it.
package session
