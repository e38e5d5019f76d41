package eventlog_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports/portstest"
)

// Three of the consumers together take every type once: users takes what is about
// users, inbox what is about messages, usertopic what only asks for something.
func TestBus(t *testing.T) {
	t.Parallel()
	portstest.Bus(t, func(t *testing.T) portstest.BusAdapter {
		log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "db")), time.Now)
		var mu sync.Mutex
		var all []events.Event
		dispatch(t, log, handlers(t, func(_ context.Context, consumer string, ev events.Event) error {
			if consumer == "users" || consumer == "inbox" || consumer == "usertopic" && ev.Type() == events.TypeUserTopicRequested {
				mu.Lock()
				defer mu.Unlock()
				all = append(all, ev)
			}
			return nil
		}), quick)
		return portstest.BusAdapter{Bus: log, Received: func(context.Context) ([]events.Event, error) {
			mu.Lock()
			defer mu.Unlock()
			return append([]events.Event(nil), all...), nil
		}}
	})
}
