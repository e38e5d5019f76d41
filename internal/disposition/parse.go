// Package disposition reads and writes the Content-Disposition of messages (RFC 6266,
// RFC 8187). mime.ParseMediaType drops a filename* that it cannot decode; this package
// returns an error.
package disposition

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// ErrMalformed means that a header is invalid or ambiguous.
var ErrMalformed = errors.New("malformed Content-Disposition")

// Filename returns the filename in a header, or "" if there is none. filename* takes
// precedence over filename; its charset is UTF-8, ISO-8859-1 or US-ASCII. The name is
// valid UTF-8 but otherwise unchecked. It may be a path.
func Filename(header string) (string, error) {
	params, err := parse(header)
	if err != nil {
		return "", err
	}
	name := params["filename"]
	for key, value := range params {
		switch {
		case key == "filename*":
			if name, err = extended(value); err != nil {
				return "", err
			}
		case strings.HasPrefix(key, "filename*"): // a continuation of RFC 2231, which HTTP does not have
			return "", fmt.Errorf("%w: %s is not supported", ErrMalformed, key)
		}
	}
	if !utf8.ValidString(name) {
		return "", fmt.Errorf("%w: filename is not UTF-8", ErrMalformed)
	}
	return name, nil
}

func parse(header string) (map[string]string, error) {
	s := scanner{header}
	s.space()
	if s.token() == "" {
		return nil, fmt.Errorf("%w: no type", ErrMalformed)
	}
	params := map[string]string{}
	for s.space(); s.rest != ""; s.space() {
		if !s.take(';') {
			return nil, fmt.Errorf("%w: no semicolon before a parameter", ErrMalformed)
		}
		s.space()
		if s.rest == "" {
			break // allow a trailing semicolon
		}
		name := strings.ToLower(s.token())
		s.space()
		if name == "" || !s.take('=') {
			return nil, fmt.Errorf("%w: a parameter without name or value", ErrMalformed)
		}
		s.space()
		value, ok := s.value()
		if !ok {
			return nil, fmt.Errorf("%w: the value of %s", ErrMalformed, name)
		}
		if _, twice := params[name]; twice {
			return nil, fmt.Errorf("%w: %s comes twice", ErrMalformed, name)
		}
		params[name] = value
	}
	return params, nil
}

// extended decodes charset'language'percent-encoded (RFC 8187, 3.2).
func extended(value string) (string, error) {
	charset, tail, ok := strings.Cut(value, "'")
	_, encoded, also := strings.Cut(tail, "'")
	if !ok || !also {
		return "", fmt.Errorf("%w: filename* without charset", ErrMalformed)
	}
	if strings.ContainsFunc(encoded, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", fmt.Errorf("%w: filename* is not percent-encoded", ErrMalformed)
	}
	decoded, err := url.PathUnescape(encoded)
	if err != nil {
		return "", fmt.Errorf("%w: filename*: %w", ErrMalformed, err)
	}
	switch strings.ToLower(charset) {
	case "utf-8":
		return decoded, nil
	case "us-ascii":
		if strings.ContainsFunc(decoded, func(c rune) bool { return c >= utf8.RuneSelf }) {
			return "", fmt.Errorf("%w: filename* is not US-ASCII", ErrMalformed)
		}
		return decoded, nil
	case "iso-8859-1":
		runes := make([]rune, len(decoded))
		for i := range len(decoded) {
			runes[i] = rune(decoded[i]) // Latin-1 is the first 256 code points
		}
		return string(runes), nil
	}
	return "", fmt.Errorf("%w: filename* in an unknown charset", ErrMalformed)
}

// scanner parses a header from its beginning.
type scanner struct{ rest string }

func (s *scanner) space() { s.rest = strings.TrimLeft(s.rest, " \t") }

func (s *scanner) take(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) token() string {
	n := 0
	for n < len(s.rest) && isToken(s.rest[n]) {
		n++
	}
	token := s.rest[:n]
	s.rest = s.rest[n:]
	return token
}

// isToken reports whether the byte is allowed in a token (RFC 9110, 5.6.2).
func isToken(c byte) bool {
	return c > ' ' && c < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, rune(c))
}

func (s *scanner) value() (string, bool) {
	if !s.take('"') {
		token := s.token()
		return token, token != ""
	}
	var b strings.Builder
	for s.rest != "" {
		c := s.rest[0]
		s.rest = s.rest[1:]
		switch c {
		case '"':
			return b.String(), true
		case '\\':
			if s.rest == "" {
				return "", false
			}
			c, s.rest = s.rest[0], s.rest[1:]
		}
		b.WriteByte(c)
	}
	return "", false
}
