package userpool

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MinPasswordLength is in characters. Like the rest of the policy (an upper-case letter, a lower-case letter,
// a digit and a symbol), it is Cognito's default. The pool on AWS has the same rule, unless its operator sets
// password_minimum_length, and so has the page.
const MinPasswordLength = 8

// MaxPasswordLength is Cognito's limit in characters (SignUp API reference, Password).
const MaxPasswordLength = 256

// passwordSymbols are the characters that Cognito counts as symbols (Amazon Cognito Developer Guide, "Adding
// user pool password requirements"). A space counts too, unless it is first or last.
const passwordSymbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-" //nolint:gosec // an alphabet, no credential

// checkPolicy returns the InvalidPasswordException that Cognito would.
func checkPolicy(password string) error {
	inner := strings.TrimSpace(password)
	switch {
	case utf8.RuneCountInString(password) < MinPasswordLength:
		return weakPassword("Password not long enough")
	case !strings.ContainsFunc(password, unicode.IsUpper):
		return weakPassword("Password must have uppercase characters")
	case !strings.ContainsFunc(password, unicode.IsLower):
		return weakPassword("Password must have lowercase characters")
	case !strings.ContainsAny(password, "0123456789"):
		return weakPassword("Password must have numeric characters")
	case !strings.ContainsAny(inner, passwordSymbols+" "):
		return weakPassword("Password must have symbol characters")
	}
	return nil
}
