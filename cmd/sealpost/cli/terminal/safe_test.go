package terminal_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

func TestTextIsShownAndNotObeyed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, text, line string }{
		"plain":               {"Grüße, 世界 👩‍💻", "Grüße, 世界 👩‍💻", "Grüße, 世界 👩‍💻"},
		"lines and tabs":      {"a\n\tb", "a\n\tb", `a\x0a\x09b`},
		"clear the screen":    {"\x1b[2J", `\x1b[2J`, `\x1b[2J`},
		"set the title":       {"\x1b]0;pwned\a", `\x1b]0;pwned\x07`, `\x1b]0;pwned\x07`},
		"8-bit CSI":           {"\u009b2J", `\u009b2J`, `\u009b2J`},
		"raw 8-bit CSI":       {"\x9b2J", `\x9b2J`, `\x9b2J`},
		"go back over a line": {"rm -rf\rls", `rm -rf\x0dls`, `rm -rf\x0dls`},
		"DOS line end":        {"a\r\nb", "a\nb", `a\x0d\x0ab`},
		"right to left":       {"exe.\u202egpj", `exe.\u202egpj`, `exe.\u202egpj`},
		"backspace, DEL, NUL": {"a\b\x7f\x00", `a\x08\x7f\x00`, `a\x08\x7f\x00`},
		"line separator":      {"a\u2028b", `a\u2028b`, `a\u2028b`},
		"half a character":    {"\xe4\xb8", `\xe4\xb8`, `\xe4\xb8`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := terminal.Text(tt.in); got != tt.text {
				t.Errorf("Text: got %q, want %q", got, tt.text)
			}
			if got := terminal.Line(tt.in); got != tt.line {
				t.Errorf("Line: got %q, want %q", got, tt.line)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"hello\n", "\x1b[31mred\x1b[0m", "\u009b6n", "a\r\nb\rc", "\xff\xfe", "\u202e\u2066"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := terminal.Text(in)
		if !utf8.ValidString(got) {
			t.Errorf("%q is not UTF-8", got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				t.Errorf("%q lets %U through", in, r)
			}
		}
		if strings.Contains(terminal.Line(in), "\n") {
			t.Errorf("Line(%q) has two lines", in)
		}
		if again := terminal.Text(got); again != got {
			t.Errorf("not stable: %q became %q", got, again)
		}
	})
}

func TestShowable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"": true, "text\n": true, "\x1b[2J": true, "a\x00b": false, "\xff\xd8\xff\xe0": false,
	} {
		if got := terminal.Showable([]byte(in)); got != want {
			t.Errorf("%q: got %v", in, got)
		}
	}
}
