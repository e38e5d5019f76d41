//go:build !unix

package syncdir

// Sync does nothing. These systems cannot sync a folder; they keep its names in a
// journal.
func Sync(string) error { return nil }
