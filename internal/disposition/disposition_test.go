package disposition_test

import (
	"errors"
	"mime"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/internal/disposition"
)

func TestFilename(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		`attachment`:                        "",
		`attachment;`:                       "",
		`inline; x=y`:                       "",
		`attachment; filename=""`:           "",
		`attachment; filename=report.pdf`:   "report.pdf",
		`ATTACHMENT ; FileName = "a b.pdf"`: "a b.pdf",
		`attachment; filename="a\"b\\c"`:    `a"b\c`,
		`attachment; filename="é.txt"`:      "é.txt",
		// The value of a quoted string is no parameter.
		`attachment; filename="x; filename*=utf-8''annex%E2%80%AEgpj.exe; y"`:   "x; filename*=utf-8''annex%E2%80%AEgpj.exe; y",
		`attachment; note="filename*=utf-8''b"; filename=a`:                     "a",
		`attachment; note="\"; filename=b; x=\""; filename=a`:                   `a`,
		`attachment; filename*=UTF-8''%e2%82%ac%20rates`:                        "€ rates",
		`attachment; filename*=utf-8'en'a+b`:                                    "a+b",
		`attachment; filename*="utf-8''a%20b"`:                                  "a b",
		`attachment; filename="EURO rates"; filename*=utf-8''%e2%82%ac%20rates`: "€ rates",
		`attachment; filename*=utf-8''%e2%82%ac%20rates; filename="EURO rates"`: "€ rates",
		`attachment; filename*=iso-8859-1''na%EFve.txt`:                         "naïve.txt",
		`attachment; filename*=ISO-8859-1'de'%A3`:                               "£",
		`attachment; filename*=us-ascii''a%20b`:                                 "a b",
	} {
		if got, err := disposition.Filename(header); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", header, got, err, want)
		}
	}
}

// What cannot be read is refused, and never taken for a message without a name.
func TestMalformed(t *testing.T) {
	t.Parallel()
	for _, header := range []string{
		``, `;`, `; filename=a`, `"attachment"; filename=a`, `attachment filename=a`, `attachment; filename`, `attachment; filename=`,
		`attachment; =a`, `attachment; filename="a`, `attachment; filename="a\`, `attachment; filename="a" b`, `attachment; filename=a b`,
		`attachment; filename=é`, `attachment; filename=a; FILENAME=b`, `attachment; filename*=utf-8''a; filename*=utf-8''b`,
		`attachment; filename*=utf-8''%E2%82`, `attachment; filename*=utf-8''%`, `attachment; filename*=utf-8''%4`, `attachment; filename*=utf-8''%zz`,
		`attachment; filename*=a.txt`, `attachment; filename*=utf-8'a`, `attachment; filename*=koi8-r''%CF`, `attachment; filename*=''a`,
		`attachment; filename*="utf-8''é"`, `attachment; filename*=us-ascii''%EF`, "attachment; filename=\"\xff\"",
		`attachment; filename*0=a; filename*1=b`, `attachment; filename*0*=utf-8''a`, `attachment; filename=a; filename*=utf-16''a`,
	} {
		if got, err := disposition.Filename(header); !errors.Is(err, disposition.ErrMalformed) || got != "" {
			t.Errorf("%s: %q, %v; want ErrMalformed", header, got, err)
		}
	}
}

func TestAttachment(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"":           `attachment`,
		"report.pdf": `attachment; filename="report.pdf"`,
		"a; b'c.txt": `attachment; filename="a; b'c.txt"`,
		"naïve €":    `attachment; filename="na_ve _"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC`,
		`a"b\c`:      `attachment; filename="a_b_c"; filename*=UTF-8''a%22b%5Cc`,
		"50%41":      `attachment; filename="50_41"; filename*=UTF-8''50%2541`,
	} {
		if got := disposition.Attachment(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// What is written is read again, here and by the standard library, and is printable
// ASCII, whatever the name is.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		header := disposition.Attachment(name)
		if strings.ContainsFunc(header, func(c rune) bool { return c < ' ' || c > '~' }) {
			t.Fatalf("%q", header)
		}
		if got, err := disposition.Filename(header); err != nil || got != name {
			t.Fatalf("%s: %q, %v; want %q", header, got, err, name)
		}
		if _, params, err := mime.ParseMediaType(header); err != nil || params["filename"] != name {
			t.Fatalf("%s: mime reads %q, %v", header, params["filename"], err)
		}
	})
}

// FuzzFilename holds the parser against the standard library's: what both read, they
// read alike. (mime keeps a backslash before most characters, for the sake of paths.)
func FuzzFilename(f *testing.F) {
	for _, seed := range []string{
		`attachment; filename="x; filename*=utf-8''annex%E2%80%AEgpj.exe; y"`, `attachment; filename*=iso-8859-1''a%EF`,
		`attachment; filename="a\"b"; filename*=UTF-8''%41`, `a;filename=b;`, `inline; filename*0=a`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got, err := disposition.Filename(header)
		if err != nil {
			return
		}
		_, params, err := mime.ParseMediaType(header)
		lost := strings.Contains(strings.ToLower(header), "filename*")
		if err == nil && !lost && !strings.Contains(header, `\`) && params["filename"] != got {
			t.Errorf("%q: %q, mime reads %q", header, got, params["filename"])
		}
	})
}
