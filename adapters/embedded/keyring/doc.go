// Package keyring is the key service of the embedded home: what KMS and the key
// policies are on AWS.
//
// Every user has a keyset of Tink with one AES-256-GCM key. Data keys are wrapped
// by it, with their encryption context as associated data, and are opened for its
// owner alone. In the database a keyset lies encrypted under the master key, with
// its key id and its owner as associated data: whoever can write to the database
// can delete keys, but cannot give one to somebody else or read it.
//
// The master key is a file of its own, kept apart from the database. A copy of the
// database alone opens no message; without the master key nobody opens any. So it
// belongs into a backup, and not into the same one.
//
// What this does not protect against: whoever can read the memory of the process,
// or both the master key file and the database, can open everything. Tink offers no
// way to wipe keys that are in use, and the opened keysets stay in a cache for as
// long as the process runs. On AWS the keys never leave KMS.
package keyring
