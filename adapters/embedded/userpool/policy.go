package userpool

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MinPasswordLength is the fewest characters that a password may have. This and the
// rest of the policy, an upper-case letter, a lower-case letter and a digit, is the
// rule of the pool on AWS too (terraform/modules/user-pool), whose default length it
// is: who moves there keeps the rule that they know. Length is what makes a password
// hard to guess, so no symbol is asked for.
const MinPasswordLength = 12

// MaxPasswordLength is Cognito's limit in characters (SignUp API reference,
// Password).
const MaxPasswordLength = 256

// checkPolicy returns the InvalidPasswordException that Cognito would.
func checkPolicy(password string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPasswordLength:
		return weakPassword("Password not long enough")
	case !strings.ContainsFunc(password, unicode.IsUpper):
		return weakPassword("Password must have uppercase characters")
	case !strings.ContainsFunc(password, unicode.IsLower):
		return weakPassword("Password must have lowercase characters")
	case !strings.ContainsAny(password, "0123456789"):
		return weakPassword("Password must have numeric characters")
	}
	return nil
}
