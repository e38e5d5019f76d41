package client

import "testing"

func TestQuote(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"alice":             "alice",
		"größe.txt":         "größe.txt",
		"two words":         "'two words'",
		"$(reboot)":         "'$(reboot)'",
		"it's":              `'it'\''s'`,
		"":                  "''",
		"a;b":               "'a;b'",
		"http://a.b:80/c~d": "http://a.b:80/c~d",
	} {
		if got := quote(word); got != want {
			t.Errorf("%q: got %s, want %s", word, got, want)
		}
	}
}
