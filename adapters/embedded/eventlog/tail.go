package eventlog

import (
	"slices"
	"sort"
	"sync"

	"github.com/sealpost/sealpost/events"
)

// tailSize is how many of the newest events are kept in memory, a few megabytes. A
// consumer that is further behind reads the log.
const tailSize = 4096

// tail holds the newest events of the log, as they were published. Live consumers
// take them from here, so that an event is neither read nor decoded for each of them.
// The events are shared: consumers must not change them.
type tail struct {
	size int // how many events it holds at least, once there are as many
	mu   sync.RWMutex
	// begin is the position behind which every event of the log is in all.
	begin int64
	all   []attempt // ascending by position
}

func newTail(head int64, size int) *tail { return &tail{size: size, begin: head} }

// add takes the next event of the log. A gap means that another process has appended
// to the log: what came before is left to readers of the log.
func (t *tail) add(a attempt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.begin
	if len(t.all) > 0 {
		last = t.all[len(t.all)-1].position
	}
	if a.position != last+1 {
		t.begin, t.all = a.position-1, nil
	}
	t.all = append(t.all, a)
	if len(t.all) > 2*t.size {
		t.all = slices.Clone(t.all[t.size:]) // lets go of the rest
		t.begin = t.all[0].position - 1
	}
}

// between returns at most limit events of the types in (after, upTo], and false when
// some of these may not be in memory.
func (t *tail) between(after, upTo int64, types []events.Type, limit int) (batch []attempt, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if after < t.begin {
		return nil, false
	}
	first := sort.Search(len(t.all), func(i int) bool { return t.all[i].position > after })
	for _, a := range t.all[first:] {
		if a.position > upTo || len(batch) == limit {
			break
		}
		if slices.Contains(types, events.Type(a.kind)) {
			batch = append(batch, a)
		}
	}
	return batch, true
}
