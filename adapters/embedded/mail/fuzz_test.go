package mail_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
)

func readAll(t *testing.T, res *http.Response) []byte {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sha256Base64(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// An address that is accepted goes into headers and SMTP commands as it is.
func FuzzValidAddress(f *testing.F) {
	for _, m := range badMails() {
		f.Add(m.To)
	}
	for _, good := range []string{"ann@example.org", "a.b+c@localhost", "o'neil@xn--bcher-kva.example", "ü@bücher.example"} {
		if !mail.ValidAddress(good) {
			f.Errorf("ValidAddress(%q) = false", good)
		}
		f.Add(good)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !mail.ValidAddress(s) {
			return
		}
		if strings.ContainsAny(s, "\r\n\x00 <>,;:\"()") || strings.Count(s, "@") != 1 || len(s) > mail.MaxAddress {
			t.Errorf("ValidAddress(%q) = true", s)
		}
	})
}
