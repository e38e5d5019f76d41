//go:build !unix

package blobs

// syncFolder does nothing: these systems have no way to sync a folder, and keep
// its names in a journal of their own.
func syncFolder(string) error { return nil }
