// Package save puts the bytes of a message into a file, trusting nothing of the
// sender's but the bytes: the name is reduced to a plain base name, no file is
// overwritten unasked, and what is reported as saved is on the disk.
package save
