package cursor_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/ports"
)

type position struct {
	Name string
	ID   int64
}

var key = []byte("0123456789abcdef0123456789abcdef")

func seal(t *testing.T, s cursor.Signer, scope string, p any) string {
	t.Helper()
	c, err := s.Seal(scope, p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACursorOpensWhereItWasMade(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := cursor.New(rapid.SliceOfN(rapid.Byte(), 16, 64).Draw(t, "key"))
		scope := rapid.String().Draw(t, "scope")
		want := position{rapid.StringN(0, 100, 100).Draw(t, "name"), rapid.Int64().Draw(t, "id")}
		c, err := s.Seal(scope, want)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(c, func(r rune) bool { return !strings.ContainsRune(urlSafe, r) }) {
			t.Fatalf("%q needs escaping in a URL", c)
		}
		var got position
		if err := s.Open(scope, c, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		other := rapid.String().Filter(func(o string) bool { return o != scope }).Draw(t, "other scope")
		if err := s.Open(other, c, &got); !errors.Is(err, ports.ErrBadCursor) {
			t.Fatalf("opened in scope %q: %v", other, err)
		}
	})
}

const urlSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// Bytes that move from the scope into the position or back must not give the same
// code.
func TestScopeAndPositionDoNotRunTogether(t *testing.T) {
	t.Parallel()
	s := cursor.New(key)
	raw, err := base64.RawURLEncoding.DecodeString(seal(t, s, "list", 12))
	if err != nil {
		t.Fatal(err)
	}
	shifted := base64.RawURLEncoding.EncodeToString(append(raw[:17:17], raw[18:]...))
	var got int
	if err := s.Open("list1", shifted, &got); !errors.Is(err, ports.ErrBadCursor) {
		t.Errorf("Open = %v, read %d", err, got)
	}
}

func TestWhatIsNotACursorIsRefused(t *testing.T) {
	t.Parallel()
	s := cursor.New(key)
	good := seal(t, s, "list", position{"ann", 7})
	bad := map[string]string{
		"empty":             "",
		"one byte":          "AQ",
		"no position":       base64.RawURLEncoding.EncodeToString(make([]byte, 17)),
		"too long":          strings.Repeat("A", cursor.MaxLen+4),
		"padded":            good + "=",
		"line break":        good + "\n",
		"line break inside": good[:8] + "\r\n" + good[8:],
		"cut":               good[:len(good)-2],
		"longer":            good + "AA",
		"not base64":        "!" + good[1:],
		"another key":       seal(t, cursor.New([]byte(strings.Repeat("k", 32))), "list", position{"ann", 7}),
		"another scope":     seal(t, s, "list2", position{"ann", 7}),
		"another position":  seal(t, s, "list", []string{"ann"}),
	}
	for i := range good {
		flipped := []byte(good)
		flipped[i] = 'A'
		if good[i] == 'A' {
			flipped[i] = 'B'
		}
		bad["flipped "+string(flipped)] = string(flipped)
	}
	for name, c := range bad {
		got := position{"untouched", 1}
		if err := s.Open("list", c, &got); !errors.Is(err, ports.ErrBadCursor) {
			t.Errorf("%s: Open(%q) = %v", name, c, err)
		}
		if want := (position{"untouched", 1}); got != want {
			t.Errorf("%s: the position became %v", name, got)
		}
	}
}

func TestALongPositionIsRefusedAndTheLongestFits(t *testing.T) {
	t.Parallel()
	s := cursor.New(key)
	const room = cursor.MaxLen/4*3 - 17 - len(`""`)
	longest := strings.Repeat("<", room)
	c := seal(t, s, "list", longest)
	var got string
	if err := s.Open("list", c, &got); err != nil || got != longest || len(c) != cursor.MaxLen {
		t.Errorf("Open = %v, %d characters in a cursor of %d", err, len(got), len(c))
	}
	if _, err := s.Seal("list", longest+"<"); !errors.Is(err, cursor.ErrTooLong) {
		t.Errorf("Seal = %v, want ErrTooLong", err)
	}
	if _, err := s.Seal("list", func() {}); err == nil {
		t.Error("a function was sealed")
	}
}

func TestAShortKeySignsNothing(t *testing.T) {
	t.Parallel()
	good := seal(t, cursor.New(key), "list", 1)
	for _, s := range []cursor.Signer{{}, cursor.New(nil), cursor.New(make([]byte, 15))} {
		var got int
		if _, err := s.Seal("list", 1); !errors.Is(err, cursor.ErrKey) {
			t.Errorf("Seal = %v", err)
		}
		if err := s.Open("list", good, &got); !errors.Is(err, cursor.ErrKey) || got != 0 {
			t.Errorf("Open = %v", err)
		}
	}
}

// The layout is a promise to clients that page while a new version is rolled out.
func TestTheLayoutStays(t *testing.T) {
	t.Parallel()
	const golden = "AX1QLI4bYSemyDYOIYqD-OZ7Ik5hbWUiOiJhbm4iLCJJRCI6N30"
	if got := seal(t, cursor.New(key), "inbox/ann", position{"ann", 7}); got != golden {
		t.Errorf("cursor %s, want %s", got, golden)
	}
}
