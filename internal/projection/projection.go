// Package projection says what each projection is made of: a pure function from
// events to changes of rows, and how changes of one row merge into one.
//
// Nothing here knows a store. The adapters of [github.com/sealpost/sealpost/ports.Projection]
// write changes, the same way for live events and for a rebuild, and end with the same rows in
// whatever order events come and however often, because a change says only what its
// event sets and [Merge] is a join: commutative, associative and idempotent.
//
//   - projection.go: changes, and how they merge,
//   - users.go, inbox.go, unread.go: the projections.
package projection

import (
	"slices"
	"strings"

	"github.com/sealpost/sealpost/events"
)

// Projection is one projection, independent of where it is kept.
type Projection struct {
	// Name is that of its consumer in events/subscriptions/subscriptions.json too.
	Name string
	// Events are the types that it is made of.
	Events []events.Type
	// Stages is how many stages a row passes through; 1 means that rows have none.
	Stages int

	// change is what an event changes; false for one of another type.
	change func(events.Event) (Change, bool)
}

// All are the projections, in the order in which they are shown.
func All() []Projection { return []Projection{Users, Inbox, Unread} }

// Names are the names of the projections, in the order of All.
func Names() []string {
	var names []string
	for _, p := range All() {
		names = append(names, p.Name)
	}
	return names
}

// ByName returns the projection of that name.
func ByName(name string) (Projection, bool) {
	for _, p := range All() {
		if p.Name == name {
			return p, true
		}
	}
	return Projection{}, false
}

// Takes reports whether events of a type change the projection.
func (p Projection) Takes(t events.Type) bool { return slices.Contains(p.Events, t) }

// Changes appends what an event changes, nothing for an event of a type that the
// projection does not take.
func (p Projection) Changes(into []Change, ev events.Event) []Change {
	if c, ok := p.change(ev); ok {
		into = append(into, c)
	}
	return into
}

// Key names a row.
type Key struct {
	// Owner is the user whose row it is. A rebuild compares the rows of an owner as a whole.
	Owner string
	// Item tells the owner's rows apart; it is empty in a projection that has one row for
	// each owner.
	Item string
}

// Change is what events say of one row. The row exists from its first change on.
type Change struct {
	Key Key
	// Stage is the least that the row has from now on: it goes up and never down.
	Stage int
	// Facts have values that belong together, ascending by Index.
	Facts []Fact
}

// Fact is values that one event sets together. Of two events that set the same fact
// of a row the one with the smaller id stays: ids are ULIDs, so that is the earlier one.
type Fact struct {
	// Index is one of the projection's constants.
	Index   int
	EventID string
	// Values are strings, []byte and int64.
	Values []any
}

// Merge makes one change of two changes of the same row.
func Merge(a, b Change) Change {
	return Change{Key: a.Key, Stage: max(a.Stage, b.Stage), Facts: mergeFacts(a.Facts, b.Facts)}
}

func mergeFacts(a, b []Fact) []Fact {
	if len(a) == 0 || len(b) == 0 {
		return slices.Concat(a, b)
	}
	merged := make([]Fact, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Index < b[0].Index:
			merged, a = append(merged, a[0]), a[1:]
		case b[0].Index < a[0].Index:
			merged, b = append(merged, b[0]), b[1:]
		default:
			first := a[0]
			if b[0].EventID < first.EventID {
				first = b[0]
			}
			merged, a, b = append(merged, first), a[1:], b[1:]
		}
	}
	return slices.Concat(merged, a, b)
}

// MergeAll returns changes in the order of their keys, those of each row merged.
func MergeAll(changes []Change) []Change {
	merged := sorted(changes)
	n := 0
	for _, c := range merged {
		if n > 0 && merged[n-1].Key == c.Key {
			merged[n-1] = Merge(merged[n-1], c)
			continue
		}
		merged[n] = c
		n++
	}
	clear(merged[n:])
	return merged[:n]
}

// sorted returns changes sorted by key. It puts those of each owner together first: they come
// nearly in order, as ids ascend with time, and then take next to no time to sort.
func sorted(changes []Change) []Change {
	numbers, count := map[string]int{}, []int{}
	owners := make([]string, 0, 16)
	of := make([]int, len(changes)) // the number of each change's owner
	for i, c := range changes {
		number, known := numbers[c.Key.Owner]
		if !known {
			number = len(owners)
			numbers[c.Key.Owner] = number
			owners, count = append(owners, c.Key.Owner), append(count, 0)
		}
		of[i] = number
		count[number]++
	}
	slices.Sort(owners)
	next, begin := make([]int, len(owners)), 0 // where the next change of each owner goes
	for _, owner := range owners {
		next[numbers[owner]] = begin
		begin += count[numbers[owner]]
	}
	out := make([]Change, len(changes))
	for i, c := range changes {
		out[next[of[i]]] = c
		next[of[i]]++
	}
	for _, owner := range owners {
		end := next[numbers[owner]]
		group := out[end-count[numbers[owner]] : end]
		slices.SortFunc(group, func(a, b Change) int { return strings.Compare(a.Key.Item, b.Key.Item) })
	}
	return out
}
