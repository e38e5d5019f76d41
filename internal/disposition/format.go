package disposition

import (
	"fmt"
	"strings"
)

// Attachment returns the header of a file to save. An empty name is left out. A name
// that every client reads alike is filename="…"; any other one comes as filename*
// too, and filename holds what ASCII can say of it.
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

// simple reports whether a character means itself in a quoted string, to clients too
// that decode percents there (RFC 6266, appendix D).
func simple(c rune) bool { return c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '%' }

// encode percent-encodes all but the attr-chars of RFC 8187, 3.2.1.
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
