package eventlog

import (
	"slices"
	"sort"
	"sync"

	"github.com/sealpost/sealpost/events"
)

// tailSize is how many of the newest events are kept in memory, a few megabytes. A consumer that is further
// behind reads the log.
const tailSize = 4096

// tail caches the newest published events, so that they are not read and decoded for each live consumer. The
// events are shared, so consumers must not change them.
type tail struct {
	size int // minimum number of events kept, once that many exist
	mu   sync.RWMutex
	// begin is the position after which all has every event of the log.
	begin int64
	all   []attempt // ascending
}

func newTail(head int64, size int) *tail { return &tail{size: size, begin: head} }

// add adds the next event. A gap means that another process appended to the log; the tail then restarts after
// the gap.
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
		t.all = slices.Clone(t.all[t.size:]) // frees the rest
		t.begin = t.all[0].position - 1
	}
}

// between returns at most limit events of the types in (after, upTo], or false if some of them may not be in
// memory.
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
