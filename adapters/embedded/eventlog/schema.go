package eventlog

// schema has the log's tables. Steps are only ever appended.
var schema = []string{
	// AUTOINCREMENT never reuses a position, even after the newest row was lost, because checkpoints and
	// subscribers' cursors store positions.
	`CREATE TABLE event_log (
		position INTEGER PRIMARY KEY AUTOINCREMENT,
		published_at INTEGER NOT NULL, -- Unix milliseconds
		source TEXT NOT NULL,
		type TEXT NOT NULL,
		subject TEXT NOT NULL,
		detail BLOB NOT NULL
	) STRICT`,
	`CREATE TABLE event_checkpoints (
		consumer TEXT PRIMARY KEY,
		position INTEGER NOT NULL
	) STRICT, WITHOUT ROWID`,
	`CREATE TABLE event_retries (
		consumer TEXT NOT NULL,
		position INTEGER NOT NULL,
		attempts INTEGER NOT NULL,
		next_at INTEGER NOT NULL, -- Unix milliseconds
		first_failed_at INTEGER NOT NULL,
		reason TEXT NOT NULL,
		PRIMARY KEY (consumer, position)
	) STRICT, WITHOUT ROWID`,
	`CREATE INDEX event_retries_due ON event_retries (consumer, next_at)`,
	`CREATE TABLE dead_letters (
		consumer TEXT NOT NULL,
		position INTEGER NOT NULL,
		attempts INTEGER NOT NULL,
		first_failed_at INTEGER NOT NULL,
		parked_at INTEGER NOT NULL,
		reason TEXT NOT NULL,
		PRIMARY KEY (consumer, position)
	) STRICT, WITHOUT ROWID`,
}
