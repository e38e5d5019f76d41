// Package backup copies the data of an embedded server while it serves, puts a copy
// back, and verifies that data is whole.
//
// A plain copy of the folder (cp, rsync) reads the database while it changes, and
// ciphertext before or after the rows that name it. A backup takes one consistent state of
// the database first, and then the ciphertext that this state names: ciphertext is never
// changed, and is there before its row.
//
// The master key is never copied. Without it a backup opens nothing.
package backup

// What is in a data folder, and in a backup.
const (
	// DatabaseFile is the one database.
	DatabaseFile = "sealpost.db"
	// CiphertextFolder has the bodies that are too large for the database.
	CiphertextFolder = "ciphertext"
)
