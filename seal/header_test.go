package seal_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/seal"
)

// TestHeaderRefused has what would end a header line or a path early wherever
// the name is used next.
func TestHeaderRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "report.pdf\x00.exe", "\t", "\x1b[2J", "\x7f", "\u0085", "\u009b31m",
		"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80",
		strings.Repeat("a", seal.MaxHeaderField+1), strings.Repeat("é", 128),
	} {
		for _, h := range []seal.Header{{Filename: text}, {ContentType: text}} {
			sealed, err := seal.Seal(someKey, someContext, h, []byte("body"))
			if !errors.Is(err, seal.ErrHeader) || sealed != nil {
				t.Errorf("%q: %x, %v", h, sealed, err)
			}
			if err != nil && len(text) > 4 && strings.Contains(err.Error(), text) {
				t.Errorf("the error shows what was to be sealed: %v", err)
			}
		}
	}
}

// TestHeaderKeptExactly has what is dangerous in some places and is the name that
// was sent in all: it comes back byte for byte.
func TestHeaderKeptExactly(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", ".", "..", "../../etc/passwd", `..\..\boot.ini`, "/etc/passwd", `C:\CON`, "~/.profile", "-rf", "a\"; filename=\"b",
		"%2e%2e%2f", "a;b", "$(id)", "'", "<script>", " leading and trailing ", "\u202egpj.exe", "\u2028", "e\u0301", "\u00e9",
		"\ufffd", "\U0010ffff", "\u00a0", "~", strings.Repeat("a", seal.MaxHeaderField),
	} {
		h := seal.Header{Filename: text, ContentType: text}
		got, body, err := seal.Open(someKey, someContext, mustSeal(t, someKey, someContext, h, []byte("body")))
		if err != nil || got != h || string(body) != "body" {
			t.Errorf("%q came back as %q, %q: %v", h, got, body, err)
		}
	}
}

// TestOverheadIsExact names the numbers that callers reserve room by.
func TestOverheadIsExact(t *testing.T) {
	t.Parallel()
	for want, h := range map[int]seal.Header{
		31: {}, 32: {Filename: "a"}, 33: {Filename: "a", ContentType: "b"}, 34: {Filename: "✓"},
	} {
		if got := seal.Overhead(h); got != want {
			t.Errorf("Overhead(%q) = %d, not %d", h, got, want)
		}
	}
}
