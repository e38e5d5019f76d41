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

// pageSize is how many events are read and written at once. At some hundred bytes per event, a stream holds a
// few tens of KiB.
const pageSize = 100

// ErrStopped ends a stream when the server stops.
var ErrStopped = errors.New("the server stops")

type stream struct {
	handler *Handler
	name    string
	token   string
	order   order
	w       http.ResponseWriter
	control *http.ResponseController
	// told is the last cursor sent.
	told int64
}

// run sends until it fails or must stop, and returns why.
func (s *stream) run(ctx context.Context) error {
	if err := s.handler.Registry.connected(ctx, s.name); err != nil {
		// Logged but not fatal, because a full disk must not keep a subscriber from reading.
		s.handler.Logger.WarnContext(ctx, "subscriber connected", "subscriber", s.name, "error", err)
	}
	if err := s.begin(); err != nil {
		return err
	}
	beat := time.NewTicker(s.handler.Heartbeat)
	defer beat.Stop()
	for {
		news := s.handler.log.News() // before reading, so that no append is missed
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

// closed is always ready.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (s *stream) begin() error {
	// The server's deadlines are for ordinary requests. Each write has its own deadline, and the read side
	// only detects a disconnect.
	if err := s.control.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("lifting the deadline: %w", err)
	}
	header := s.w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Accel-Buffering", "no") // otherwise nginx buffers events
	s.w.WriteHeader(http.StatusOK)
	return s.send([]byte(": sealpost\n\n"))
}

// page sends the next events, and reports whether to read again at once.
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

// writeEvent writes one event. It writes no "event:" line, because a browser's EventSource delivers named
// events only to listeners of that name and would silently skip new types. The envelope's detail-type is the
// name.
func writeEvent(b *bytes.Buffer, e eventlog.Entry) error {
	data, err := json.Marshal(e.Delivery)
	if err != nil {
		return fmt.Errorf("writing event %d: %w", e.Position, err)
	}
	fmt.Fprintf(b, "id: %d\ndata: %s\n\n", e.Position, data) // JSON contains no unescaped line breaks
	return nil
}

// heartbeat keeps the connection alive and checks the subscriber's access again. It sends the scanned
// position as an id without data, which moves a client's Last-Event-ID without an event; a subscriber with a
// filter needs that.
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

// send writes and flushes. If the subscriber does not read, the deadline ends the stream.
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
