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
}{entropy: ulid.Monotonic(rand.Reader, 0)}

// NewID returns a ULID of the time given: 26 characters that sort by time. It is
// safe for concurrent use. Ids made by one process within one millisecond
// ascend; no order holds between processes.
func NewID(at time.Time) string {
	ms := ulid.Timestamp(at)
	ids.Lock()
	defer ids.Unlock()
	id, err := ulid.New(ms, ids.entropy)
	if err != nil {
		// Only the monotonic counter's overflow comes here (crypto/rand does not
		// fail): fresh randomness gives up the order within this millisecond,
		// which nothing relies upon.
		id = ulid.MustNew(ms, rand.Reader)
	}
	return id.String()
}

// IDTime returns the time that an id was made from, to the millisecond, and
// false if the id is not a ULID.
func IDTime(id string) (time.Time, bool) {
	parsed, err := ulid.ParseStrict(id)
	if err != nil {
		return time.Time{}, false
	}
	return ulid.Time(parsed.Time()).UTC(), true
}
