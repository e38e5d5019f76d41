package ports_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/ports"
)

func FuzzParseDeadLetterID(f *testing.F) {
	for _, seed := range []string{"inbox/42", "inbox-1/5fea7756-0ea4-451a-a703-a558b933e274", "", "inbox", "/1", "inbox/", "a/b/1", "/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := ports.ParseDeadLetterID(text)
		if valid := strings.Count(text, "/") == 1 && text[0] != '/' && text[len(text)-1] != '/'; valid != (err == nil) {
			t.Fatalf("%q became %v, %v", text, id, err)
		}
		if err != nil {
			if !errors.Is(err, ports.ErrDeadLetterID) {
				t.Error(err)
			}
			return
		}
		if id.String() != text {
			t.Errorf("%q became %q", text, id)
		}
	})
}
