// Package session keeps sign-ins on disk, one for each server, and remembers
// which server was used last.
//
// Tokens are as good as the password while they last, so the folder is for its
// owner alone (0700, files 0600), a file is replaced by rename and never seen
// half-written, and a session is never given to another server or user pool
// than the one that it came from.
package session
