// Package keyring is the key service of the embedded backend, in place of KMS and the key policies.
//
// Every user has a Tink keyset with one AES-256-GCM key. The key wraps data keys, with their encryption
// context as associated data, and opens them for its owner only. The database stores each keyset encrypted
// under the master key, with its key id and its owner as associated data: an attacker who can write to the
// database can delete keys, but can neither read them nor assign them to another user.
//
// The master key is a separate file. A copy of the database alone opens no message, and neither does the
// database after the master key is lost. Back up both, but separately.
//
// Limits: an attacker who can read the memory of the process, or both the master key file and the database,
// can open everything. Tink cannot wipe keys in use, and opened keysets stay cached while the process runs.
// On AWS the keys never leave KMS.
package keyring
