package seal

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxHeaderField is the longest filename and the longest content type in bytes: the limit of common file
// systems, and of a one-byte length.
const MaxHeaderField = 255

// ErrHeader means that a filename or a content type cannot be sealed.
var ErrHeader = errors.New("bad message header")

// Header describes a body and is sealed with it. Both fields may be empty, have at most MaxHeaderField bytes,
// are valid UTF-8 and have no control characters (U+0000 to U+001F and U+007F to U+009F). The same rules hold
// for a header that Open returns.
//
// Control characters are refused here as well as at the edge, because no filename needs them and a carriage
// return or a NUL can end a header or a path early. Everything else is kept exactly, even "../../.profile":
// which characters are dangerous depends on where the name is used (a header, a shell, Windows), and a
// repaired name is not the one that was sent. The HTTP edge decides which names to accept, and code that
// writes a file or a Content-Disposition must make the name safe for that use.
type Header struct {
	Filename    string
	ContentType string
}

func (h Header) validate() error {
	if err := validField(h.Filename); err != nil {
		return fmt.Errorf("%w: the filename %w", ErrHeader, err)
	}
	if err := validField(h.ContentType); err != nil {
		return fmt.Errorf("%w: the content type %w", ErrHeader, err)
	}
	return nil
}

var (
	errTooLong = fmt.Errorf("has more than %d bytes", MaxHeaderField)
	errNotUTF8 = errors.New("is not valid UTF-8")
	errControl = errors.New("has a control character")
)

// validField keeps the field out of its error, which may be logged.
func validField(s string) error {
	switch {
	case len(s) > MaxHeaderField:
		return errTooLong
	case !utf8.ValidString(s):
		return errNotUTF8
	case strings.ContainsFunc(s, isControl):
		return errControl
	}
	return nil
}

// isControl does not use Unicode tables, because the format must not change with the Go version.
func isControl(r rune) bool { return r < 0x20 || (r >= 0x7f && r <= 0x9f) }

func (h Header) size() int { return 2 + len(h.Filename) + len(h.ContentType) }

func (h Header) append(b []byte) []byte {
	b = append(b, byte(len(h.Filename))) //nolint:gosec // validate: at most MaxHeaderField
	b = append(b, h.Filename...)
	b = append(b, byte(len(h.ContentType))) //nolint:gosec // likewise
	return append(b, h.ContentType...)
}

// parseHeader splits the plaintext into header and body. It accepts only bytes that append would produce.
func parseHeader(b []byte) (h Header, body []byte, ok bool) {
	filename, b, ok := cutField(b)
	if !ok {
		return Header{}, nil, false
	}
	contentType, body, ok := cutField(b)
	if !ok {
		return Header{}, nil, false
	}
	h = Header{Filename: filename, ContentType: contentType}
	return h, body, h.validate() == nil
}

func cutField(b []byte) (field string, rest []byte, ok bool) {
	if len(b) == 0 {
		return "", nil, false
	}
	n := int(b[0])
	if len(b) < 1+n {
		return "", nil, false
	}
	return string(b[1 : 1+n]), b[1+n:], true
}
