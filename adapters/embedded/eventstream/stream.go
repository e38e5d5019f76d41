package eventstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
)

// pageSize is how many events are read and written at once. With events of some
// hundred bytes a page is a few tens of KiB, which is all that a stream holds.
const pageSize = 100

// ErrStopped is why a stream ends when the server stops.
var ErrStopped = errors.New("the server stops")

// stream is one subscriber who follows.
type stream struct {
	handler *Handler
	name    string
	token   string
	order   order
	w       http.ResponseWriter
	control *http.ResponseController
	// told is the cursor that the subscriber knows.
	told int64
}

// run sends until it cannot or must not go on, and returns why.
func (s *stream) run(ctx context.Context) error {
	if err := s.handler.Registry.connected(ctx, s.name); err != nil {
		// Worth a line in the log, and no reason to refuse: a full disk must not
		// keep a subscriber from what is there.
		s.handler.Logger.WarnContext(ctx, "subscriber connected", "subscriber", s.name, "error", err)
	}
	if err := s.begin(); err != nil {
		return err
	}
	beat := time.NewTicker(s.handler.Heartbeat)
	defer beat.Stop()
	for {
		news := s.handler.log.News() // before reading, so that nothing slips in between
		more, err := s.page(ctx)
		if err != nil {
			return err
		}
		if more {
			news = closed
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.handler.stopped:
			return ErrStopped
		case <-beat.C:
			if err := s.heartbeat(ctx); err != nil {
				return err
			}
		case <-news:
		}
	}
}

// closed is news that there is always.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (s *stream) begin() error {
	// The server's deadlines are for requests that end. Each write has one of its
	// own; reading is only for noticing that the subscriber left.
	if err := s.control.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("lifting the deadline: %w", err)
	}
	header := s.w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Accel-Buffering", "no") // nginx would hold events back otherwise
	s.w.WriteHeader(http.StatusOK)
	return s.send([]byte(": sealpost\n\n"))
}

// page sends the next events, and says whether to look for more at once.
func (s *stream) page(ctx context.Context) (more bool, err error) {
	entries, next, err := s.handler.log.Read(ctx, s.order.after, pageSize, s.order.filter)
	if err != nil {
		return false, err
	}
	var b bytes.Buffer
	for _, e := range entries {
		if err := writeEvent(&b, e); err != nil {
			return false, err
		}
	}
	if b.Len() > 0 {
		if err := s.send(b.Bytes()); err != nil {
			return false, err
		}
		s.told = entries[len(entries)-1].Position
	}
	more = next > s.order.after
	s.order.after = next
	return more, nil
}

// writeEvent writes one event. It has no "event:" line: a browser's EventSource
// hands events with a name only to those who listen for that name, so one of a new
// type would be skipped silently. The envelope's detail-type is the name.
func writeEvent(b *bytes.Buffer, e eventlog.Entry) error {
	data, err := json.Marshal(e.Delivery)
	if err != nil {
		return fmt.Errorf("writing event %d: %w", e.Position, err)
	}
	fmt.Fprintf(b, "id: %d\ndata: %s\n\n", e.Position, data) // JSON has no bare line breaks
	return nil
}

// heartbeat shows that the stream lives, and checks that the subscriber may still
// follow. Who filters learns how far the log was looked through: an id without
// data moves a client's Last-Event-ID and is no event.
func (s *stream) heartbeat(ctx context.Context) error {
	if _, err := s.handler.Registry.Check(ctx, s.token); err != nil {
		return fmt.Errorf("checking the token again: %w", err)
	}
	beat := ":\n\n"
	if s.order.after > s.told {
		beat = "id: " + strconv.FormatInt(s.order.after, 10) + "\n:\n\n"
		s.told = s.order.after
	}
	return s.send([]byte(beat))
}

// send writes and flushes. A subscriber that does not read fills its window and
// runs into the deadline.
func (s *stream) send(b []byte) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(s.handler.WriteTimeout)); err != nil {
		return fmt.Errorf("setting a deadline: %w", err)
	}
	if _, err := s.w.Write(b); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	if err := s.control.Flush(); err != nil {
		return fmt.Errorf("sending: %w", err)
	}
	return nil
}
