// Package backup copies the data of a running embedded server, restores a copy, and verifies that data is
// complete.
//
// A plain copy of the folder (cp, rsync) would read the database while it changes, and ciphertext at other
// times than its rows. A backup first takes one consistent snapshot of the database and then the ciphertext
// that the snapshot names. Ciphertext never changes and is written before its row.
//
// The master key is never copied. Without it a backup opens nothing.
package backup

// Contents of a data folder and of a backup.
const (
	DatabaseFile = "sealpost.db"
	// CiphertextFolder has the bodies that are too large for the database.
	CiphertextFolder = "ciphertext"
)
