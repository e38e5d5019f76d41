package save

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is what the common file systems take, in bytes.
const maxName = 255

// Name makes of a sender's filename one that leads nowhere but into the folder
// where it is used, on any system: the base name of a path of either kind,
// without control characters and characters that turn text around, without the
// leading dot that hides a file or makes it a program's configuration, and
// without the leading dash that makes it an option. It is empty when nothing is
// left.
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

// cut shortens a name to what a file system takes. The extension stays: it says
// what the file is.
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
