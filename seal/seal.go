package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
)

// Algorithm names format v1 in events ("algorithm" of MessageStored).
const Algorithm = "AES-256-GCM"

// KeySize is the length of a data key in bytes.
const KeySize = 32

// Lengths of format v1, in bytes.
const (
	version1  = 1
	nonceSize = 12
	tagSize   = 16
	// prefixSize is the length of version and nonce, before the ciphertext.
	prefixSize = 1 + nonceSize
	// maxPlaintext is the longest plaintext of AES-GCM: 2^36 - 32 bytes (NIST SP 800-38D, 5.2.1.1).
	maxPlaintext = 1<<36 - 32
)

// ErrKey means that a key has not KeySize bytes.
var ErrKey = errors.New("a data key has 32 bytes")

// ErrTooLarge means that a body is longer than AES-GCM can encrypt under one nonce (64 GiB), or than an int
// can count on this machine.
var ErrTooLarge = errors.New("body too large to seal")

// Seal encrypts a message. The result is Overhead(h) bytes longer than the plaintext, which is not changed
// and may be empty.
//
// The key must be fresh and used for this message only. Errors are ErrKey, ErrContext, ErrHeader and
// ErrTooLarge, all found before anything is encrypted.
func Seal(key []byte, c Context, h Header, plaintext []byte) (sealed []byte, err error) {
	var nonce [nonceSize]byte
	rand.Read(nonce[:]) // never fails; crypto/rand ends the program instead
	return sealWithNonce(nonce, key, c, h, plaintext)
}

// sealWithNonce is Seal with a chosen nonce, which only tests may use.
func sealWithNonce(nonce [nonceSize]byte, key []byte, c Context, h Header, plaintext []byte) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(c.Validate(), h.validate()); err != nil {
		return nil, err
	}
	if !fits(uint64(len(plaintext)), uint64(Overhead(h))) { //nolint:gosec // lengths are not negative
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(plaintext))
	}
	// GCM needs header and body in one piece, so the body is copied once, to its final place, and encrypted
	// there.
	out := make([]byte, 0, Overhead(h)+len(plaintext))
	out = append(out, version1)
	out = append(out, nonce[:]...)
	out = h.append(out)
	out = append(out, plaintext...)
	return aead.Seal(out[:prefixSize], nonce[:], out[prefixSize:], c.associatedData(version1)), nil
}

// Overhead returns how many bytes Seal adds to a body: 31, plus the lengths of the filename and the content
// type.
func Overhead(h Header) int { return prefixSize + h.size() + tagSize }

// fits reports whether a body can be encrypted and its ciphertext counted. It uses uint64 so that it also
// holds where an int has 32 bits.
func fits(body, overhead uint64) bool {
	return body <= maxPlaintext-overhead && body <= math.MaxInt-overhead
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	// Without this check 16 and 24 bytes would silently select AES-128 or AES-192.
	if len(key) != KeySize {
		return nil, fmt.Errorf("%w: got %d", ErrKey, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("preparing AES: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("preparing GCM: %w", err)
	}
	return aead, nil
}
