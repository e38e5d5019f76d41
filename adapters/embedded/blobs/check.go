package blobs

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/sealpost/sealpost/ports"
)

// ErrInvalid means that a key or metadata is not one that a store takes.
var ErrInvalid = errors.New("invalid blob")

const (
	// maxKey is S3's limit for object keys, in bytes.
	maxKey = 1024
	// maxMetadata is S3's limit for user metadata, names and values together.
	maxMetadata = 2048
)

var (
	keyPattern   = regexp.MustCompile(`^[!-~]+$`)
	namePattern  = regexp.MustCompile(`^[a-z][a-z-]*$`)
	valuePattern = regexp.MustCompile(`^[ -~]*$`)
)

// check refuses what S3 would, so that both homes refuse alike, and returns the
// metadata as it is stored. A key never becomes a file's name, so nothing in it
// leads anywhere.
func check(key string, metadata ports.BlobMetadata) (string, error) {
	if len(key) > maxKey || !keyPattern.MatchString(key) {
		return "", fmt.Errorf("%w: a key is 1 to %d printable ASCII characters", ErrInvalid, maxKey)
	}
	total := 0
	for name, value := range metadata {
		total += len(name) + len(value)
		if !namePattern.MatchString(name) || !valuePattern.MatchString(value) {
			return "", fmt.Errorf("%w: metadata %q", ErrInvalid, name)
		}
	}
	if total > maxMetadata {
		return "", fmt.Errorf("%w: metadata has %d bytes, at most %d fit", ErrInvalid, total, maxMetadata)
	}
	if metadata == nil {
		metadata = ports.BlobMetadata{}
	}
	raw, err := json.Marshal(metadata)
	if err != nil {
		return "", fmt.Errorf("%w: metadata: %w", ErrInvalid, err)
	}
	return string(raw), nil
}
