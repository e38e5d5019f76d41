package events

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// ids generates the random part of every id. The library's default draws from math/rand, but message ids are
// part of URLs and must not be guessable.
var ids = struct {
	sync.Mutex
	entropy *ulid.MonotonicEntropy
	newest  uint64 // milliseconds of the newest id
}{entropy: ulid.Monotonic(rand.Reader, 0)}

// NewID returns a ULID: 26 characters that sort by time. The ids of one process ascend even if the clock goes
// back: an id then repeats the previous id's time. Ids of different processes have no such order. NewID is
// safe for concurrent use.
func NewID(at time.Time) string {
	ids.Lock()
	defer ids.Unlock()
	ids.newest = max(ids.newest, ulid.Timestamp(at))
	id, err := ulid.New(ids.newest, ids.entropy)
	if err != nil {
		// crypto/rand does not fail, so the monotonic counter has overflowed. The next millisecond has a new
		// counter.
		ids.newest++
		id = ulid.MustNew(ids.newest, ids.entropy)
	}
	return id.String()
}

// NewIDsAfter makes every later id of this process greater than id, which an earlier process may have issued
// before the clock went back. A text that is not a ULID is ignored.
func NewIDsAfter(id string) {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return
	}
	ids.Lock()
	defer ids.Unlock()
	ids.newest = max(ids.newest, parsed.Time()+1)
}

// FirstID returns the smallest id of a time. Ids of earlier times are less.
func FirstID(at time.Time) string {
	var id ulid.ULID
	_ = id.SetTime(ulid.Timestamp(at)) // fails after the year 10889
	return id.String()
}

// IsID reports whether a text is a valid event id.
func IsID(id string) bool {
	_, err := ulid.ParseStrict(id)
	return err == nil
}

// IDTime returns the time in an id, in milliseconds precision, and false if the text is not an id. After the
// clock went back, it is later than the event's own time.
func IDTime(id string) (time.Time, bool) {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return time.Time{}, false
	}
	return ulid.Time(parsed.Time()).UTC(), true
}
