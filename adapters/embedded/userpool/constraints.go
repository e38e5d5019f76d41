package userpool

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of requests, from the API reference.
const (
	maxBody       = 64 << 10
	maxUsername   = 128
	maxClientID   = 128
	maxCode       = 2048
	maxToken      = 8 << 10 // an access token of this pool has about 1 KB
	maxAttributes = 32
	maxMetadata   = 32
)

// constraints collects the violations of a request and words them as AWS does.
type constraints []string

func (c *constraints) violated(member, format string, args ...any) {
	*c = append(*c, fmt.Sprintf("Value at '%s' failed to satisfy constraint: ", member)+fmt.Sprintf(format, args...))
}

func (c *constraints) err() error {
	switch n := len(*c); n {
	case 0:
		return nil
	case 1:
		return fault("InvalidParameterException", "1 validation error detected: "+(*c)[0])
	default:
		return fault("InvalidParameterException", fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(*c, "; ")))
	}
}

// length checks a required member's length in characters.
func (c *constraints) length(member, value string, limit int) bool {
	switch {
	case value == "":
		c.violated(member, "Member must have length greater than or equal to 1")
	case utf8.RuneCountInString(value) > limit:
		c.violated(member, "Member must have length less than or equal to %d", limit)
	default:
		return true
	}
	return false
}

// username allows letters, marks, symbols, digits and punctuation: no spaces, control characters or invisible
// characters.
func (c *constraints) username(value string) {
	if c.length("username", value, maxUsername) && strings.ContainsFunc(value, notInUsername) {
		c.violated("username", `Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	}
}

func notInUsername(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
}

var clientIDPattern = regexp.MustCompile(`^[\w+]+$`)

func (c *constraints) clientID(value string) {
	if c.length("clientId", value, maxClientID) && !clientIDPattern.MatchString(value) {
		c.violated("clientId", `Member must satisfy regular expression pattern: [\w+]+`)
	}
}

func (c *constraints) code(value string) {
	if c.length("confirmationCode", value, maxCode) && strings.ContainsFunc(value, unicode.IsSpace) {
		c.violated("confirmationCode", `Member must satisfy regular expression pattern: [\S]+`)
	}
}

// password checks only Cognito's limits. The password policy is checked for new passwords.
func (c *constraints) password(member, value string) {
	switch {
	case utf8.RuneCountInString(value) > MaxPasswordLength:
		c.violated(member, "Member must have length less than or equal to %d", MaxPasswordLength)
	case value != strings.TrimSpace(value) || strings.ContainsFunc(value, unicode.IsControl):
		c.violated(member, `Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`)
	}
}

func (c *constraints) token(member, value string) { c.length(member, value, maxToken) }

// metadata limits the metadata that is passed to the trigger.
func (c *constraints) metadata(value map[string]string) {
	if len(value) > maxMetadata {
		c.violated("clientMetadata", "Member must have length less than or equal to %d", maxMetadata)
	}
}
