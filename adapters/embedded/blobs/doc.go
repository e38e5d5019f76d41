// Package blobs keeps ciphertext in the embedded home: small bodies in the
// database, large ones in files beside it.
//
// A small body is written by the database's group commit, so that storing it
// costs no fsync of its own; docs/decisions/2026-11-24-small-ciphertext-in-sqlite.md
// has the measurement. A large one would make that commit, and everybody who waits
// for it, slow. It goes into a file, in an order that leaves nothing behind
// wherever the process is killed:
//
//  1. tmp/NAME is written and synced, and so is the folder tmp;
//  2. a row with NAME is committed: from here on the blob exists;
//  3. tmp/NAME is renamed to its place, XX/NAME, and both folders are synced.
//
// Killed before 2 there is a file without a row, which [Open] deletes. Killed after 2
// there is a row whose file is in one of two places: Get looks in both, and Open
// finishes the rename. A file in its place always has a row.
//
// Keys never name files: a file's name is random, and the row knows it. So no key
// leads out of the folder, and racing creates of one key do not meet on the disk.
package blobs
