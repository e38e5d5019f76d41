package eventlog

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
)

// size is small, so that the tail forgets often.
const size = 20

// Whatever is appended, with gaps, more than fits too: the tail either says that it
// does not know or returns just what the log holds.
func TestTheTailIsTheLog(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		head := rapid.Int64Range(0, 10).Draw(t, "head")
		tail, all := newTail(head, size), []attempt{}
		kinds := []string{string(events.TypeMessageStored), string(events.TypeMessageRead)}
		n := rapid.SampledFrom([]int{0, 1, 20, 3*size + 7}).Draw(t, "n")
		position, gapBefore := head, head+rapid.Int64Range(1, 30).Draw(t, "gap before")
		for range n {
			position++
			if position == gapBefore {
				position += 2
			}
			a := attempt{position: position, kind: kinds[position%2]}
			tail.add(a)
			all = append(all, a)
		}
		after := rapid.Int64Range(0, position).Draw(t, "after")
		upTo := rapid.Int64Range(after, position).Draw(t, "up to")
		limit := rapid.IntRange(1, 300).Draw(t, "limit")
		types := []events.Type{events.Type(kinds[0])}
		got, ok := tail.between(after, upTo, types, limit)
		if !ok {
			return
		}
		var want []int64
		for _, a := range all {
			if a.position > after && a.position <= upTo && a.kind == kinds[0] && len(want) < limit {
				want = append(want, a.position)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d events in (%d, %d], want %d", len(got), after, upTo, len(want))
		}
		for i := range got {
			if got[i].position != want[i] {
				t.Fatalf("event %d is at %d, want %d", i, got[i].position, want[i])
			}
		}
		if n > 0 && gapBefore > after && gapBefore <= position && after < gapBefore {
			t.Fatalf("it knows what is behind %d, where a gap is before %d", after, gapBefore)
		}
	})
}

// The newest events are always there, or nothing would be gained.
func TestTheTailKeepsTheNewest(t *testing.T) {
	t.Parallel()
	tail, n := newTail(0, size), int64(5*size)
	for position := int64(1); position <= n; position++ {
		tail.add(attempt{position: position, kind: string(events.TypeMessageStored)})
		if _, ok := tail.between(max(0, position-size), position, nil, 1); !ok {
			t.Fatalf("at %d it has lost one of the newest %d", position, size)
		}
	}
	if len(tail.all) > 2*size {
		t.Errorf("it holds %d events", len(tail.all))
	}
}
