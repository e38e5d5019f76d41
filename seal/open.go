package seal

import (
	"errors"
	"fmt"
)

// ErrOpen means that a ciphertext was not sealed with this key and this context, or is not complete, or has
// extra bytes. The error does not say which.
var ErrOpen = errors.New("sealed message does not open")

// ErrVersion means that this package does not know the ciphertext's version: a newer one sealed it, or it is
// not a sealed message. ErrVersion is also an ErrOpen.
var ErrVersion = fmt.Errorf("%w: unknown version", ErrOpen)

// Open decrypts a message that Seal returned. Nothing is returned before the whole message is authenticated.
// The sealed bytes are not changed.
//
// The returned header keeps the limits of Header. The sender chose its filename, which may be a path.
//
// Errors are ErrKey and ErrContext for arguments that Seal would refuse, and ErrOpen, with ErrVersion as a
// special case of it.
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
