package username

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key returns the form under which names are looked up. It is the same for all
// spellings of a name, regardless of case, width and composition (almost Unicode's
// NFKC_Casefold).
func Key(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case ignorable(r):
			return -1
		case unicode.Is(unicode.Cherokee, r):
			return unicode.ToUpper(r) // cases.Fold swaps small and capital ones (x/text v0.43)
		}
		return r
	}, name)
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
}

// Skeletons returns one or two strings. Two names look alike in some font if they share
// one. The first is the skeleton (UTS 39, section 4) of the lookup form of the name.
// The second, if different, is that of the name as shown, because a capital I looks
// like a small l but a small i does not.
func Skeletons(name string) []string {
	folded := skeleton(Key(name))
	shown := skeleton(Key(skeleton(norm.NFKC.String(name))))
	return slices.Compact([]string{folded, shown})
}

func skeleton(s string) string {
	mapping := confusables()
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if prototype, ok := mapping[r]; ok {
			b.WriteString(prototype)
		} else if !ignorable(r) {
			b.WriteRune(r)
		}
	}
	return norm.NFD.String(b.String())
}

//go:embed confusables.txt
var confusablesText string

// confusables maps a character to its prototype (UTS 39, confusables.txt).
var confusables = sync.OnceValue(func() map[rune]string {
	mapping := map[rune]string{}
	for line := range strings.Lines(confusablesText) {
		prototype, like, found := strings.Cut(line, ":")
		if !found {
			continue // the comment
		}
		to := string(runes(prototype))
		for _, r := range runes(like) {
			mapping[r] = to
		}
	}
	return mapping
})

func runes(hex string) (out []rune) {
	for field := range strings.FieldsSeq(hex) {
		r, _ := strconv.ParseUint(field, 16, 21) // the file is generated, and a test reads it
		out = append(out, rune(r))
	}
	return out
}
