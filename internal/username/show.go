package username

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"unicode"
)

// Confusable reports whether a name is easily mistaken for another: it is not ASCII but
// looks like an ASCII name, or it has letters and a digit that looks like a letter.
// Show the Fingerprint with such a name.
func Confusable(name string) bool {
	if !isASCII(name) {
		return isASCII(skeleton(Key(name)))
	}
	return strings.ContainsAny(name, "01|") && strings.ContainsFunc(name, unicode.IsLetter)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// fingerprintEncoding has no two characters that look alike.
var fingerprintEncoding = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding)

// Fingerprint returns 40 bits of the user id's hash in the form abcd-ef23, for
// comparison by eye. The pool chooses user ids at random, so an attacker can search for
// a given fingerprint only by registering users.
func Fingerprint(userID string) string {
	sum := sha256.Sum256([]byte(userID))
	s := fingerprintEncoding.EncodeToString(sum[:5])
	return s[:4] + "-" + s[4:]
}
