package claimcheck

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// prefix begins the place of every ciphertext.
const prefix = "sealed/"

// Place is where the ciphertext goes that a sender stores under an idempotency key.
// Every retry computes the same place, so a conditional create decides which try is
// the first. The hash keeps the key out of listings; the length of the sender's id
// keeps senders apart whose ids begin alike.
func Place(senderID, idempotencyKey string) string {
	sum := sha256.Sum256(append(framed(nil, senderID), idempotencyKey...))
	return prefix + hex.EncodeToString(sum[:])
}

// Fingerprint tells whether two messages under one idempotency key of a sender are
// the same: it depends on every part and on where one part ends. It is an HMAC under
// a key derived from the idempotency key, so that the store, which sees it, learns
// about the content only by guessing both.
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

// framed appends a text and, before it, its length in bytes as 4 bytes.
func framed(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(text))) //nolint:gosec // headers have at most 32 KiB
	return append(b, text...)
}
