// Package save writes the bytes of a message to a file. It trusts nothing else from the
// sender: the name is reduced to a plain base name, no file is overwritten without
// --force, and a file that is reported as saved is on disk.
package save
