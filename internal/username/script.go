package username

import (
	"unicode"
)

// mixtures are the combinations of scripts that are allowed besides a single script
// (UTS 39, section 5.2: highly restrictive).
var mixtures = [][]*unicode.RangeTable{
	{unicode.Latin, unicode.Han, unicode.Hiragana, unicode.Katakana}, // Japanese
	{unicode.Latin, unicode.Han, unicode.Bopomofo},                   // Chinese
	{unicode.Latin, unicode.Han, unicode.Hangul},                     // Korean
}

// oneScript reports whether all letters are of one script or of one allowed mixture.
// Characters of several scripts (Common, Inherited) fit every script.
func oneScript(name string) bool {
	var letters []rune
	for _, r := range name {
		if !unicode.In(r, unicode.Common, unicode.Inherited) {
			letters = append(letters, r)
		}
	}
	if len(letters) == 0 {
		return true
	}
	if script := scriptOf(letters[0]); script != nil && within(letters, script) {
		return true
	}
	for _, mixture := range mixtures {
		if within(letters, mixture...) {
			return true
		}
	}
	return false
}

func scriptOf(r rune) *unicode.RangeTable {
	for _, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return table
		}
	}
	return nil
}

func within(letters []rune, scripts ...*unicode.RangeTable) bool {
	for _, r := range letters {
		if !unicode.In(r, scripts...) {
			return false
		}
	}
	return true
}
