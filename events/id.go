package events

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// ids makes the random part of every id. The library's own default draws from
// math/rand; message ids are part of URLs and must not be guessable.
var ids = struct {
	sync.Mutex
	entropy *ulid.MonotonicEntropy
	newest  uint64 // milliseconds of the newest id
}{entropy: ulid.Monotonic(rand.Reader, 0)}

// NewID returns a ULID: 26 characters that sort by time. Ids made by one process
// ascend, even when the clock goes back: an id then has the time of the one before.
// No order holds between processes. It is safe for concurrent use.
func NewID(at time.Time) string {
	ids.Lock()
	defer ids.Unlock()
	ids.newest = max(ids.newest, ulid.Timestamp(at))
	id, err := ulid.New(ids.newest, ids.entropy)
	if err != nil {
		// Only the monotonic counter's overflow comes here (crypto/rand does not fail);
		// the next millisecond has a counter of its own.
		ids.newest++
		id = ulid.MustNew(ids.newest, ids.entropy)
	}
	return id.String()
}

// NewIDsAfter makes every later id of this process greater than the one given, which
// an earlier process made before the clock went back. What is not a ULID is ignored.
func NewIDsAfter(id string) {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return
	}
	ids.Lock()
	defer ids.Unlock()
	ids.newest = max(ids.newest, parsed.Time()+1)
}

// FirstID is the smallest id of a time: ids that were made earlier are less.
func FirstID(at time.Time) string {
	var id ulid.ULID
	_ = id.SetTime(ulid.Timestamp(at)) // fails after the year 10889
	return id.String()
}

// IsID reports whether a text is an id.
func IsID(id string) bool {
	_, err := ulid.ParseStrict(id)
	return err == nil
}

// IDTime returns the time that an id has, to the millisecond, and false if the text is
// not an id. After the clock went back it is later than the event's own time.
func IDTime(id string) (time.Time, bool) {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return time.Time{}, false
	}
	return ulid.Time(parsed.Time()).UTC(), true
}
