package eventbridge

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"pgregory.net/rapid"
)

func entry(size int) outgoing {
	return outgoing{entry: types.PutEventsRequestEntry{
		Source: aws.String("s"), DetailType: aws.String("d"), Detail: aws.String(strings.Repeat("x", size-2)),
	}}
}

// TestChunksKeepTheLimits draws entries from tiny to as large as a call may be.
func TestChunksKeepTheLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(2, 5000), rapid.IntRange(90_000, 600_000)), 0, 40).Draw(t, "sizes")
		var all []outgoing
		for _, n := range sizes {
			all = append(all, entry(n))
		}
		i := 0
		for _, call := range chunks(all) {
			if len(call) == 0 || len(call) > maxEntries {
				t.Fatalf("a call of %d entries", len(call))
			}
			total := 0
			for _, o := range call {
				if o.entry.Detail != all[i].entry.Detail {
					t.Fatalf("entry %d is out of place", i)
				}
				total += o.size()
				i++
			}
			if total >= maxBytes {
				t.Fatalf("a call of %d bytes", total)
			}
		}
		if i != len(all) {
			t.Fatalf("%d of %d entries", i, len(all))
		}
	})
}

func TestChunksAtTheEdges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		sizes []int
		want  []int
	}{
		{"none", nil, nil},
		{"ten", []int{2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, []int{10}},
		{"eleven", []int{2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, []int{10, 1}},
		{"a byte less than full", []int{500_000, 499_999}, []int{2}},
		{"full", []int{500_000, 500_000}, []int{1, 1}},
		{"too large by itself", []int{10, 2_000_000, 10}, []int{1, 1, 1}},
	} {
		var all []outgoing
		for _, n := range c.sizes {
			all = append(all, entry(n))
		}
		var got []int
		for _, call := range chunks(all) {
			got = append(got, len(call))
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: calls of %v entries, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: calls of %v entries, want %v", c.name, got, c.want)
			}
		}
	}
}
