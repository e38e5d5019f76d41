package ports

import (
	"errors"
	"fmt"
	"strings"
)

// ErrBadBlob means that a key or metadata breaks the rules of [CheckBlob]. A retry fails the same way.
var ErrBadBlob = errors.New("bad blob")

const (
	// MaxBlobKey is the longest key of a blob in bytes (S3 User Guide, "Naming Amazon S3 objects").
	MaxBlobKey = 1024
	// MaxBlobMetadata is the most bytes of a blob's metadata, names and values together (S3 User Guide,
	// "Working with object metadata").
	MaxBlobMetadata = 2048

	letters      = "abcdefghijklmnopqrstuvwxyz"
	blobKeyChars = letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.="
)

// CheckBlob returns ErrBadBlob for a blob that CreateBlob must not store. Every adapter calls it first, so
// both backends refuse the same blobs.
//
// A key is a path of A-Z a-z 0-9 - _ . = whose parts are neither empty nor only dots. It is the same text in
// a URL, in a listing and, if a store is exported, as a file name, and cannot escape a folder. A metadata
// value neither begins nor ends with a space, which HTTP headers would lose.
func CheckBlob(key string, metadata BlobMetadata) error {
	if len(key) > MaxBlobKey {
		return fmt.Errorf("%w: a key of %d bytes, the limit is %d", ErrBadBlob, len(key), MaxBlobKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if strings.Trim(part, ".") == "" || strings.Trim(part, blobKeyChars) != "" {
			return fmt.Errorf("%w: key %q", ErrBadBlob, key)
		}
	}
	return checkBlobMetadata(metadata)
}

func checkBlobMetadata(m BlobMetadata) error {
	size := 0
	for name, value := range m {
		if name == "" || strings.Trim(name, letters+"-") != "" {
			return fmt.Errorf("%w: name %q in the metadata", ErrBadBlob, name)
		}
		unprintable := strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c > '~' })
		if unprintable || strings.TrimSpace(value) != value {
			return fmt.Errorf("%w: value of %s in the metadata", ErrBadBlob, name)
		}
		size += len(name) + len(value)
	}
	if size > MaxBlobMetadata {
		return fmt.Errorf("%w: metadata of %d bytes, the limit is %d", ErrBadBlob, size, MaxBlobMetadata)
	}
	return nil
}
