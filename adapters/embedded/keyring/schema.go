package keyring

// schema has the keyring's tables. Steps are only ever appended.
var schema = []string{
	// UNIQUE (user_id) makes concurrent creations for one user end with one key.
	`CREATE TABLE user_keys (
		key_id TEXT PRIMARY KEY,
		user_id TEXT NOT NULL UNIQUE,
		keyset BLOB NOT NULL -- Tink EncryptedKeyset, binary
	) STRICT, WITHOUT ROWID`,
	// A value that only the master key of this database opens. The first start stores it.
	`CREATE TABLE master_key_check (
		id INTEGER PRIMARY KEY CHECK (id = 1),
		sealed BLOB NOT NULL
	) STRICT`,
}
