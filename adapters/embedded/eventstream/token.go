package eventstream

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"strings"
)

// tokenPrefix lets scanners for leaked secrets recognise a token.
const tokenPrefix = "sealpost_sub_" //nolint:gosec // it is the same for all

// newToken returns the subscriber's id, which finds its row, and its token. rand.Text has 130 random bits, so
// a plain SHA-256 is enough.
func newToken() (id, token string) {
	id = strings.ToLower(rand.Text()[:16])
	return id, tokenPrefix + id + "_" + rand.Text()
}

// tokenID returns the id in a token, or false if the text is not a token.
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

// matches compares in constant time.
func matches(token string, hash []byte) bool {
	return subtle.ConstantTimeCompare(hashOf(token), hash) == 1
}
