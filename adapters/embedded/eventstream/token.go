package eventstream

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
)

// tokenPrefix lets scanners for leaked secrets recognise a token.
const tokenPrefix = "sealpost_sub_" //nolint:gosec // it is the same for all

// newToken makes a token: the subscriber's id, by which its row is found, and a
// secret. rand.Text has 130 random bits, which nobody guesses, so a plain SHA-256
// keeps it as well as a slow hash would.
func newToken() (id, token string) {
	id = strings.ToLower(rand.Text()[:16])
	return id, tokenPrefix + id + "_" + rand.Text()
}

// tokenID returns the id in a token, and false for what is no token.
func tokenID(token string) (string, bool) {
	rest, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok {
		return "", false
	}
	id, secret, ok := strings.Cut(rest, "_")
	return id, ok && id != "" && secret != ""
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// matches compares in a time that tells nothing of where the two differ.
func matches(token string, hash []byte) bool {
	return subtle.ConstantTimeCompare(hashOf(token), hash) == 1
}
