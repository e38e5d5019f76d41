package disposition

import (
	"fmt"
	"strings"
)

// Attachment returns the header value for a file to save. An empty name is omitted. A
// name that all clients read alike becomes filename="…". Any other name becomes
// filename*, and filename holds its closest ASCII form.
func Attachment(name string) string {
	if name == "" {
		return "attachment"
	}
	ascii := strings.Map(func(c rune) rune {
		if !simple(c) {
			return '_'
		}
		return c
	}, name)
	if ascii == name {
		return fmt.Sprintf(`attachment; filename="%s"`, name)
	}
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, ascii, encode(name))
}

// simple reports whether a character is literal in a quoted string, even for clients
// that decode percent signs there (RFC 6266, appendix D).
func simple(c rune) bool { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '%' }

// encode percent-encodes everything but the attr-chars of RFC 8187, 3.2.1.
func encode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
