package seal

import (
	"errors"
	"fmt"
)

// ErrOpen means that a ciphertext is not one that was sealed with this key and
// this context, or not all of it and nothing else. Which of these it was is not
// said.
var ErrOpen = errors.New("sealed message does not open")

// ErrVersion means that a ciphertext has a version that this package does not
// know: it was made by a newer one, or it is no sealed message. It is an ErrOpen
// too.
var ErrVersion = fmt.Errorf("%w: unknown version", ErrOpen)

// Open decrypts a message that Seal made. Nothing of a message is returned
// before all of it is authenticated. The sealed bytes are not changed.
//
// The header that it returns keeps the limits of Header. Its filename is the
// sender's choice all the same: it may be a path.
//
// Errors are ErrKey and ErrContext for arguments that nothing could have been
// sealed with, and ErrOpen, with ErrVersion as a special case of it.
func Open(key []byte, c Context, sealed []byte) (h Header, plaintext []byte, err error) {
	aead, err := newAEAD(key)
	if err != nil {
		return Header{}, nil, err
	}
	if err := c.Validate(); err != nil {
		return Header{}, nil, err
	}
	if len(sealed) == 0 {
		return Header{}, nil, ErrOpen
	}
	if sealed[0] != version1 {
		return Header{}, nil, fmt.Errorf("%w %d", ErrVersion, sealed[0])
	}
	if len(sealed) < prefixSize {
		return Header{}, nil, ErrOpen
	}
	inner, err := aead.Open(nil, sealed[1:prefixSize], sealed[prefixSize:], c.associatedData(version1))
	if err != nil {
		return Header{}, nil, ErrOpen
	}
	h, body, ok := parseHeader(inner)
	if !ok {
		return Header{}, nil, ErrOpen
	}
	return h, body, nil
}
