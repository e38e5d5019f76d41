// Package projection defines each projection as a pure function from events to changes
// of rows, and how changes of one row merge.
//
// The package does not depend on a store. The adapters of
// [github.com/sealpost/sealpost/ports.Projection] write the changes, in the same way
// for live events and for a rebuild. They get the same rows from any order of events
// with any duplicates, because a change holds only what its event sets and [Merge] is a
// join: commutative, associative and idempotent.
//
//   - projection.go: changes, and how they merge,
//   - users.go, inbox.go, unread.go: the projections.
package projection

import (
	"slices"
	"strings"

	"github.com/sealpost/sealpost/events"
)

// Projection is one projection, independent of its store.
type Projection struct {
	// Name is also the name of its consumer in events/subscriptions/subscriptions.json.
	Name string
	// Events are the event types that change the projection.
	Events []events.Type
	// Stages is the number of stages of a row; 1 means that rows have no stages.
	Stages int

	// change returns the change that an event makes, or false if there is none.
	change func(events.Event) (Change, bool)
}

// All returns the projections in the order in which they are shown.
func All() []Projection { return []Projection{Users, Inbox, Unread} }

// Names returns the names of the projections, in the order of All.
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

// Changes appends the change that an event makes. It appends nothing for a type that
// the projection does not take.
func (p Projection) Changes(into []Change, ev events.Event) []Change {
	if c, ok := p.change(ev); ok {
		into = append(into, c)
	}
	return into
}

// Key identifies a row.
type Key struct {
	// Owner is the user who owns the row. A rebuild compares an owner's rows as a
	// whole.
	Owner string
	// Item distinguishes the rows of an owner. It is empty in a projection with one row
	// per owner.
	Item string
}

// Change is what events set in one row. The first change creates the row.
type Change struct {
	Key Key
	// Stage is the lowest stage of the row from now on. Stages only go up.
	Stage int
	// Facts are groups of values, ascending by Index.
	Facts []Fact
}

// Fact is the values that one event sets together. If two events set the same fact of a
// row, the one with the smaller id wins. Ids are ULIDs, so that is the earlier event.
type Fact struct {
	// Index is one of the projection's constants.
	Index   int
	EventID string
	// Values are strings, []byte and int64.
	Values []any
}

// Merge merges two changes of the same row.
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

// MergeAll returns the changes sorted by key, with those of each row merged.
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

// sorted returns the changes sorted by key. It first groups them by owner. Within a
// group they are nearly sorted, because ids ascend with time, so sorting is fast.
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
	next, begin := make([]int, len(owners)), 0 // the next index of each owner's group
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
