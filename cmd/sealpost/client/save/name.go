package save

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the limit of common file systems, in bytes.
const maxName = 255

// Name turns a sender's filename into one that stays in its folder on any system. It
// takes the base name of a Windows or Unix path and removes control characters,
// bidirectional controls, leading dots (hidden and configuration files) and leading
// dashes (options). The result is empty if nothing is left.
func Name(filename string) string {
	name := filename[strings.LastIndexAny(filename, `/\`)+1:]
	name = strings.Map(clean, strings.ToValidUTF8(name, "_"))
	name = strings.TrimLeft(name, ". -")
	name = strings.TrimRight(cut(name), ". ") // Windows drops these, so two names could be one file
	if name != "" && !filepath.IsLocal(name) {
		name = "_" + name // CON, NUL and the like, on Windows
	}
	return name
}

func clean(r rune) rune {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError:
		return '_'
	case strings.ContainsRune(`<>:"|?*`, r): // of a path or a stream, on Windows
		return '_'
	}
	return r
}

// cut shortens a name to maxName. It keeps the extension, which says what the file is.
func cut(name string) string {
	if len(name) <= maxName {
		return name
	}
	ext := filepath.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := name[:maxName-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + ext
}
