package username

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// MaxLength is Cognito's limit in characters (SignUp API reference, Username).
const MaxLength = 128

// maxMarks is how many marks may follow one letter (UTS 39, section 5.4). More would
// overlap the lines above and below.
const maxMarks = 4

// Error says why a name is refused, as a sentence for the user without its full stop.
// It does not quote the name.
type Error string

func (e Error) Error() string { return string(e) }

// Check returns an Error for a name that must not be registered, regardless of other
// names.
func Check(name string) error {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return Error("A username is needed")
	case n > MaxLength:
		return Error(fmt.Sprintf("A username has at most %d characters", MaxLength))
	case !utf8.ValidString(name):
		return Error("A username is UTF-8 text")
	case strings.ContainsFunc(name, invisible):
		return Error("A username has no spaces and no invisible characters")
	case norm.NFKC.String(name) != name:
		return Error("The username has characters with a plainer form (Unicode's form NFKC): use that")
	case !strings.ContainsFunc(name, isLetterOrDigit):
		return Error("A username has a letter or a digit")
	case tooManyMarks(name):
		return Error(fmt.Sprintf("A username begins with no mark, and at most %d marks follow one letter", maxMarks))
	}
	if _, err := precis.UsernameCaseMapped.String(name); err != nil {
		return Error("A username has letters and digits of one script and the punctuation of ASCII, and is read in one direction")
	}
	if !oneScript(name) || !oneKindOfDigits(name) {
		return Error("A username has letters and digits of one script, or a usual mixture such as that of Japanese")
	}
	if reserved(name) {
		return Error("This username is reserved")
	}
	return nil
}

func isLetterOrDigit(r rune) bool { return unicode.In(r, unicode.L, unicode.Nd) }

// blank are characters of other classes that look empty.
var blank = map[rune]bool{
	'\u2800':     true,                     // BRAILLE PATTERN BLANK
	'\u2d7f':     true,                     // TIFINAGH CONSONANT JOINER
	'\ufffc':     true,                     // OBJECT REPLACEMENT CHARACTER
	'\U00013441': true, '\U00013442': true, // EGYPTIAN HIEROGLYPH FULL BLANK, HALF BLANK
	'\U00016fe4': true, // KHITAN SMALL SCRIPT FILLER
	'\U0001d159': true, // MUSICAL SYMBOL NULL NOTEHEAD
}

// invisible reports spaces, controls, Default_Ignorable characters (including joiners
// and variation selectors), and characters that look empty.
func invisible(r rune) bool {
	return blank[r] || ignorable(r) || unicode.In(r, unicode.Z, unicode.C)
}

// ignorable reports all of Default_Ignorable_Code_Point, which package unicode has in
// parts.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Cf)
}

func tooManyMarks(name string) bool {
	marks := maxMarks // so that the first character must not be a mark
	for _, r := range norm.NFD.String(name) {
		if !unicode.Is(unicode.M, r) {
			marks = 0
		} else if marks++; marks > maxMarks {
			return true
		}
	}
	return false
}

// oneKindOfDigits is UTS 39's test for mixed numbers (section 5.3).
func oneKindOfDigits(name string) bool {
	zero := rune(-1)
	for _, r := range name {
		if !unicode.Is(unicode.Nd, r) {
			continue
		}
		if z := zeroOf(r); zero < 0 {
			zero = z
		} else if z != zero {
			return false
		}
	}
	return true
}

// zeroOf returns the zero of the digit's kind. Each kind is a run of ten that begins at
// the start of its range.
func zeroOf(r rune) rune {
	for _, r16 := range unicode.Nd.R16 {
		if lo := rune(r16.Lo); lo <= r && r <= rune(r16.Hi) {
			return r - (r-lo)%10
		}
	}
	for _, r32 := range unicode.Nd.R32 {
		if lo := rune(r32.Lo); lo <= r && r <= rune(r32.Hi) { //nolint:gosec // code points
			return r - (r-lo)%10
		}
	}
	return r
}
