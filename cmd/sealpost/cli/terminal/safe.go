package terminal

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text makes untrusted text safe for a terminal. Control characters can clear the
// screen, rename the window, type into the shell or show "gpj.exe" as "exe.jpg". Line
// breaks and tabs stay. All other control characters, bidirectional controls and
// invalid UTF-8 are shown as \x1b or \u202e.
func Text(s string) string {
	return escape(strings.ReplaceAll(s, "\r\n", "\n"), func(r rune) bool { return r == '\n' || r == '\t' })
}

// Line is [Text] for a text that must stay on one line, such as a name in a table.
func Line(s string) string {
	return escape(s, func(rune) bool { return false })
}

func escape(s string, keep func(rune) bool) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case keep(r) || !dangerous(r):
			b.WriteString(s[:size])
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[size:]
	}
	return b.String()
}

// dangerous reports control characters of both sets (C1 holds an 8-bit CSI, which some
// terminals obey as ESC [), bidirectional controls, and the two line separators.
func dangerous(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Showable reports whether b is text that a terminal can show with [Text], whatever
// type its sender claims.
func Showable(b []byte) bool {
	return utf8.Valid(b) && !strings.ContainsRune(string(b), 0)
}
