package username

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestSkeletonsAreThoseOfICU(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/skeletons.txt")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for line := range strings.Lines(string(data)) {
		if from, to, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			name, want := string(runes(from)), string(runes(to))
			if got := skeleton(name); got != norm.NFD.String(want) {
				t.Errorf("skeleton of %q is %+q, want %+q", name, got, want)
			}
			compared++
		}
	}
	if compared < 300 {
		t.Errorf("compared %d names only", compared)
	}
}

func TestConfusablesAreResolved(t *testing.T) {
	t.Parallel()
	if n := len(confusables()); n < 6000 {
		t.Fatalf("only %d characters look like another", n)
	}
	for r, prototype := range confusables() {
		if again := skeleton(prototype); again != norm.NFD.String(prototype) && !strings.ContainsFunc(prototype, ignorable) {
			t.Errorf("%+q looks like %+q, which looks like %+q", r, prototype, again)
		}
	}
}
