package username

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"unicode"
)

// Confusable reports whether a name is easily taken for another: it is written in
// letters of another script that all look Latin, or it has a digit next to letters
// that looks like a letter. Whoever shows one adds the Fingerprint.
func Confusable(name string) bool {
	if !isASCII(name) {
		return isASCII(skeleton(Key(name)))
	}
	return strings.ContainsAny(name, "01|") && strings.ContainsFunc(name, unicode.IsLetter)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// fingerprintEncoding has no letter that looks like another or like a digit.
var fingerprintEncoding = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding)

// Fingerprint returns 40 bits of the user id's hash in the form abcd-ef23, to be
// compared by eye. The pool chooses user ids at random: nobody can search for one with
// a given fingerprint without registering each.
func Fingerprint(userID string) string {
	sum := sha256.Sum256([]byte(userID))
	s := fingerprintEncoding.EncodeToString(sum[:5])
	return s[:4] + "-" + s[4:]
}
