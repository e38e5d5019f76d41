// Package blobs is the ciphertext store of the embedded home.
//
// A body of up to 64 KiB is a row of the database: it shares the commit of
// whatever else is being written, so a small message costs no fsync of its own.
// A larger one is a file, and its row holds its name and checksum. Either way the
// row decides: a key is taken when its row is there.
//
// A file is written under tmp/ and synced before its row is inserted, and moved to
// its place after. Whenever the process dies, Open resolves what it finds under
// tmp/ by the rows: a file with a row is moved, a file without one is deleted, as
// nobody was told that it was stored.
package blobs
