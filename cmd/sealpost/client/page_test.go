package client

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/client"
)

// Whatever the length of a list and the size of its pages, collect gives its
// beginning in order, as long as was asked for, and says rightly whether there
// is more.
func TestCollect(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(0, 500).Draw(t, "length")
		serverMax := rapid.IntRange(1, 100).Draw(t, "page size of the server")
		flags := pageFlags{Limit: rapid.IntRange(1, 600).Draw(t, "limit"), All: rapid.Bool().Draw(t, "all")}
		list := make([]int, length)
		for i := range list {
			list[i] = i
		}
		fetch := func(page client.Page) ([]int, string, error) {
			if page.Limit < 1 || page.Limit > maxPage {
				t.Fatalf("asked for a page of %d", page.Limit)
			}
			from, _ := strconv.Atoi(page.Cursor)
			to := min(from+min(page.Limit, serverMax), length)
			if to == length {
				return list[from:], "", nil
			}
			return list[from:to], strconv.Itoa(to), nil
		}
		got, more, err := collect(flags, fetch)
		want := list
		if !flags.All {
			want = list[:min(flags.Limit, length)]
		}
		if err != nil || !slices.Equal(got, want) || more != (len(want) < length) {
			t.Fatalf("got %d items, more %v, %v", len(got), more, err)
		}
	})
}

func TestCollectEnds(t *testing.T) {
	t.Parallel()
	got, more, err := collect(pageFlags{All: true}, func(client.Page) ([]int, string, error) { return nil, "for ever", nil })
	if len(got) != 0 || more || err != nil {
		t.Errorf("a list of empty pages: got %v, %v, %v", got, more, err)
	}
	broken := errors.New("broken")
	if _, _, err := collect(pageFlags{All: true}, func(client.Page) ([]int, string, error) { return nil, "", broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
