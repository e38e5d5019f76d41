package userpool

// schema has the pool's tables. Times are Unix milliseconds.
var schema = []string{
	`CREATE TABLE userpool_settings (
		name TEXT PRIMARY KEY,
		value BLOB NOT NULL) STRICT, WITHOUT ROWID`,
	// username_key is usernameKey(username).
	`CREATE TABLE userpool_users (
		id TEXT PRIMARY KEY,
		username TEXT NOT NULL,
		username_key TEXT NOT NULL UNIQUE,
		email TEXT NOT NULL,
		password BLOB NOT NULL, -- a PHC string, sealed together with the id
		confirmed INTEGER NOT NULL DEFAULT 0,
		created_ms INTEGER NOT NULL,
		updated_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
	// One code per user and purpose. A new code replaces the old one.
	`CREATE TABLE userpool_codes (
		user_id TEXT NOT NULL,
		purpose TEXT NOT NULL,
		mac BLOB NOT NULL,
		expires_ms INTEGER NOT NULL,
		wrong_tries INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (user_id, purpose)) STRICT, WITHOUT ROWID`,
	// Times when codes were sent, by limit: a user's codes of one purpose, and an address.
	`CREATE TABLE userpool_sends (
		subject TEXT NOT NULL,
		at_ms INTEGER NOT NULL) STRICT`,
	`CREATE INDEX userpool_sends_by_subject ON userpool_sends (subject, at_ms)`,
	`CREATE INDEX userpool_sends_by_time ON userpool_sends (at_ms)`,
	// Consecutive failed sign-ins by lower-case name, also for unknown names.
	`CREATE TABLE userpool_failures (
		username_key TEXT PRIMARY KEY,
		failures INTEGER NOT NULL,
		last_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
	`CREATE INDEX userpool_failures_by_time ON userpool_failures (last_ms)`,
	// One row per sign-in. The id is the tokens' origin_jti. The rowid gives the order, whatever the clock
	// did.
	`CREATE TABLE userpool_sessions (
		id TEXT PRIMARY KEY,
		user_id TEXT NOT NULL,
		token_hash BLOB NOT NULL UNIQUE,
		signed_in_ms INTEGER NOT NULL,
		expires_ms INTEGER NOT NULL,
		revoked INTEGER NOT NULL DEFAULT 0) STRICT`,
	`CREATE INDEX userpool_sessions_by_user ON userpool_sessions (user_id)`,
	`CREATE INDEX userpool_sessions_by_expiry ON userpool_sessions (expires_ms)`,
}
