package cursor_test

import (
	"errors"
	"testing"

	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/ports"
)

// Whatever a client sends is either a cursor that we made, in its one form, or
// refused with the one error.
func FuzzOpen(f *testing.F) {
	s := cursor.New(key)
	for _, p := range []position{{}, {"ann", 1}, {"Ünïcode <&> name", -5}} {
		for _, scope := range []string{"", "users", `inbox/"ann"/unread`} {
			c, err := s.Seal(scope, p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(scope, c)
			f.Add(scope+"x", c)
			f.Add(scope, c[:len(c)-1])
			f.Add(scope, c+"\n")
		}
	}
	f.Add("users", "eyJOYW1lIjoiYW5uIn0")
	f.Fuzz(func(t *testing.T, scope, c string) {
		var p position
		err := s.Open(scope, c, &p)
		if err != nil {
			if !errors.Is(err, ports.ErrBadCursor) || p != (position{}) {
				t.Fatalf("Open = %v, position %v", err, p)
			}
			return
		}
		again, err := s.Seal(scope, p)
		if err != nil || again != c {
			t.Fatalf("opened %q, which we seal as %q (%v)", c, again, err)
		}
	})
}
