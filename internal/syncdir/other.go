//go:build !unix

package syncdir

// Sync does nothing: these systems have no way to sync a folder, and keep its names in a
// journal of their own.
func Sync(string) error { return nil }
