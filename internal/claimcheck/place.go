package claimcheck

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// prefix begins the key of every ciphertext.
const prefix = "sealed/"

// Place returns the key of ciphertext stored under an idempotency key. Every retry
// computes the same place, so a conditional create decides which try is the first. The
// hash keeps the idempotency key out of listings. The length of the sender's id
// separates senders whose ids have a common prefix.
func Place(senderID, idempotencyKey string) string {
	sum := sha256.Sum256(append(framed(nil, senderID), idempotencyKey...))
	return prefix + hex.EncodeToString(sum[:])
}

// Fingerprint tells whether two messages under one idempotency key of a sender are the
// same. It depends on every part and on the boundaries between parts. It is an HMAC
// under a key derived from the idempotency key. The store sees the fingerprint, but
// could learn the content only by guessing both.
func Fingerprint(senderID, idempotencyKey string, body []byte, parts ...string) (string, error) {
	key, err := hkdf.Key(sha256.New, []byte(idempotencyKey), []byte(senderID), "sealpost/1 fingerprint", sha256.Size)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	var head []byte
	for _, part := range parts {
		head = framed(head, part)
	}
	mac.Write(head)
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// framed appends the length of a text in bytes, as 4 bytes, and then the text.
func framed(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(text))) //nolint:gosec // headers have at most 32 KiB
	return append(b, text...)
}
