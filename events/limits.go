package events

import (
	"fmt"
	"unicode/utf8"
)

// These lengths are also in the schemas (a test compares them). They count characters, like JSON Schema's
// maxLength.
const (
	// maxID is longer than a UUID (36) and a ULID (26).
	maxID = 64
	// maxUsername is Cognito's limit (SignUp API reference, Username).
	maxUsername = 128
	// maxResource is the longest resource id of AWS used here: an S3 object key has at most 1,024 bytes; KMS
	// and SNS ARNs are shorter.
	maxResource  = 1024
	maxAlgorithm = 64
	// maxWrappedKey is in bytes: KMS returns a CiphertextBlob of at most 6,144
	// (GenerateDataKey API reference).
	maxWrappedKey = 6144
)

func text(field, value string, limit int) error {
	switch {
	case value == "":
		return fmt.Errorf("%w: %s is missing", ErrInvalid, field)
	case !utf8.ValidString(value):
		return fmt.Errorf("%w: %s is not UTF-8", ErrInvalid, field)
	case utf8.RuneCountInString(value) > limit:
		return fmt.Errorf("%w: %s has more than %d characters", ErrInvalid, field, limit)
	}
	return nil
}
