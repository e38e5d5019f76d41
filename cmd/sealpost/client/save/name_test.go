package save_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sealpost/sealpost/cmd/sealpost/client/save"
)

func TestName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ß", 200)
	for in, want := range map[string]string{
		"report.pdf":           "report.pdf",
		"Größe 世界.txt":         "Größe 世界.txt",
		"archive.tar.gz":       "archive.tar.gz",
		"../../etc/passwd":     "passwd",
		"/etc/shadow":          "shadow",
		`C:\Windows\win.ini`:   "win.ini",
		`..\..\x`:              "x",
		"dir/":                 "",
		"..":                   "",
		".":                    "",
		"":                     "",
		".bashrc":              "bashrc",
		"..hidden":             "hidden",
		"-rf":                  "rf",
		"a\x00b\nc":            "a_b_c",
		"\x1b[2J.txt":          "_[2J.txt",
		"invoice\u202efdp.exe": "invoice_fdp.exe",
		"a:b|c?.txt":           "a_b_c_.txt",
		"trailing. .":          "trailing",
		"bad\xffutf8":          "bad_utf8",
		long + ".jpeg":         strings.Repeat("ß", 125) + ".jpeg",
	} {
		if got := save.Name(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, seed := range []string{"report.pdf", "../../x", `a\b`, ".ssh", "-", "\u202e", strings.Repeat("x", 300) + ".pdf", ". .", "CON"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := save.Name(in)
		if got == "" {
			return
		}
		if len(got) > 255 || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\n\x1b") {
			t.Errorf("%q became %q", in, got)
		}
		if got[0] == '.' || got[0] == '-' {
			t.Errorf("%q became %q", in, got)
		}
		if joined := filepath.Join("dir", got); filepath.Dir(joined) != "dir" || !filepath.IsLocal(got) {
			t.Errorf("%q leads to %q", in, joined)
		}
		if again := save.Name(got); again != got {
			t.Errorf("not stable: %q became %q", got, again)
		}
	})
}
