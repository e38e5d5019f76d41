package claimcheck_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/internal/claimcheck"
)

// The place is part of the wire format: clients compute it too. The values come from
// another implementation (Python's struct and hashlib).
func TestPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sender, key, want string }{
		{"11111111-0000-4000-8000-000000000001", "k1", "7e41d4f9944bbec395e70888424ebd08b6bb6b5f75573fb9a65d44728166e098"},
		{"ab", "c", "3dc693fb05f87048570cb494badaae90fe011e14b93ac478d40d02462b39b9b3"},
	} {
		if got := claimcheck.Place(c.sender, c.key); got != "sealed/"+c.want {
			t.Errorf("Place(%q, %q) = %s", c.sender, c.key, got)
		}
	}
}

// No sender comes to the place of another, however ids and keys are cut.
func TestPlacesOfSendersAreApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.StringN(2, 40, -1).Draw(t, "sender and key")
		cuts := rapid.SliceOfNDistinct(rapid.IntRange(1, len(all)-1), 1, 2, rapid.ID[int]).Draw(t, "cuts")
		first, last := cuts[0], cuts[len(cuts)-1]
		a, b := claimcheck.Place(all[:first], all[first:]), claimcheck.Place(all[:last], all[last:])
		if (a == b) != (first == last) {
			t.Fatalf("%q cut at %d and %d: %s and %s", all, first, last, a, b)
		}
	})
}

// Whatever differs gives another fingerprint, also where a byte moves from one part
// to the next.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for i, c := range []struct {
		sender, key, body string
		parts             []string
	}{
		{"s", "k", "body", []string{"to", "name", "type"}},
		{"s2", "k", "body", []string{"to", "name", "type"}},
		{"s", "k2", "body", []string{"to", "name", "type"}},
		{"s", "k", "bodY", []string{"to", "name", "type"}},
		{"s", "k", "body", []string{"ot", "name", "type"}},
		{"s", "k", "body", []string{"to", "nam", "etype"}},
		{"s", "k", "body", []string{"to", "name", "typ"}},
		{"s", "k", "ebody", []string{"to", "name", "typ"}},
	} {
		got, err := claimcheck.Fingerprint(c.sender, c.key, []byte(c.body), c.parts...)
		if err != nil || len(got) != 64 {
			t.Fatalf("%q, %v", got, err)
		}
		if j, twice := seen[got]; twice {
			t.Errorf("cases %d and %d have one fingerprint", i, j)
		}
		seen[got] = i
		if again, _ := claimcheck.Fingerprint(c.sender, c.key, []byte(c.body), c.parts...); again != got {
			t.Errorf("case %d has two fingerprints", i)
		}
	}
}
