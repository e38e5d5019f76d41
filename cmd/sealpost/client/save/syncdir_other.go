//go:build !unix

package save

// syncDir does nothing where folders cannot be opened; the file system journals
// its names.
func syncDir(string) error { return nil }
