package blobs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sealpost/sealpost/ports"
)

// ErrInvalid means that a key or metadata is not what a store takes.
var ErrInvalid = errors.New("not valid")

const (
	// maxKey is S3's limit (S3 User Guide, "Naming Amazon S3 objects").
	maxKey = 1024
	// maxMetadata is ports.BlobMetadata's.
	maxMetadata = 2048
	letters     = "abcdefghijklmnopqrstuvwxyz"
	keyChars    = letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.="
)

// checkKey takes keys that read the same everywhere: in a URL, in a listing, and
// as a path, should somebody export a store as one.
func checkKey(key string) error {
	if len(key) > maxKey {
		return fmt.Errorf("%w: a key of %d bytes, the limit is %d", ErrInvalid, len(key), maxKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if strings.Trim(part, ".") == "" || strings.Trim(part, keyChars) != "" {
			return fmt.Errorf("%w: key %q", ErrInvalid, key)
		}
	}
	return nil
}

func checkMetadata(m ports.BlobMetadata) error {
	size := 0
	for name, value := range m {
		if name == "" || strings.Trim(name, letters+"-") != "" {
			return fmt.Errorf("%w: name %q of metadata", ErrInvalid, name)
		}
		if strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c > '~' }) {
			return fmt.Errorf("%w: value of metadata %s", ErrInvalid, name)
		}
		size += len(name) + len(value)
	}
	if size > maxMetadata {
		return fmt.Errorf("%w: metadata of %d bytes, the limit is %d", ErrInvalid, size, maxMetadata)
	}
	return nil
}
