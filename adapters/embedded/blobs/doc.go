// Package blobs stores ciphertext in the embedded backend: small bodies in the database, large ones in files.
//
// A small body is written by the database's group commit and needs no fsync of its own;
// docs/decisions/2026-11-24-small-ciphertext-in-sqlite.md has the measurement. A large body would slow that
// commit and all its callers. It is written to a file, in an order that is safe to interrupt anywhere:
//
//  1. tmp/NAME is written and synced, and so is the folder tmp;
//  2. a row with NAME is committed: from here on the blob exists;
//  3. tmp/NAME is renamed to XX/NAME, its final place, and both folders are synced.
//
// A crash before 2 leaves a file without a row, which [Open] deletes. A crash after 2 leaves a row whose file
// is in one of two places: Get looks in both, and Open finishes the rename. A file in its final place always
// has a row.
//
// A file's name is random and recorded in the row. So no key can escape the folder, and concurrent creates of
// one key use different files.
package blobs
