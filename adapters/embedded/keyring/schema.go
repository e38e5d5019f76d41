package keyring

// schema is the keyring's part of the database; steps are only ever added.
var schema = []string{
	// The second unique column is what makes concurrent creations for one user end
	// with one key.
	`CREATE TABLE user_keys (
		key_id TEXT PRIMARY KEY,
		user_id TEXT NOT NULL UNIQUE,
		keyset BLOB NOT NULL -- Tink EncryptedKeyset, binary
	) STRICT, WITHOUT ROWID`,
	// What the master key of this database opens, and no other. It is there from the first
	// start on.
	`CREATE TABLE master_key_check (
		id INTEGER PRIMARY KEY CHECK (id = 1),
		sealed BLOB NOT NULL
	) STRICT`,
}
