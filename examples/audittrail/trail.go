package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/sealpost/sealpost/events"
)

type record struct {
	// Position is the event's position in the log, and the cursor after the event.
	Position int64 `json:"position"`
	// EventID is metadata.id, the same in every copy of the event.
	EventID string `json:"eventId"`
	// Known is false for an event that this program could not decode. The trail keeps
	// it nevertheless.
	Known bool            `json:"known"`
	Event events.Delivery `json:"event"`
}

// trail is the file. It is not safe for concurrent use.
type trail struct {
	file *os.File
	last int64
	// seen has the ids of all events in the file, about 100 bytes each. A trail that
	// outgrows memory would keep them in a database, with a unique key.
	seen map[string]struct{}
}

// openTrail reads the file, or creates it. It removes a last line that a crash cut
// short, which was never acknowledged.
func openTrail(path string) (*trail, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the user chose the path
	if err != nil {
		return nil, fmt.Errorf("opening the trail: %w", err)
	}
	t := &trail{file: file, seen: map[string]struct{}{}}
	if err := t.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("reading the trail: %w", err), file.Close())
	}
	return t, nil
}

func (t *trail) load() error {
	lines := bufio.NewReader(t.file)
	var whole int64 // bytes of complete lines
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("at byte %d: %w", whole, err)
		}
		if r.Position <= t.last {
			return fmt.Errorf("at byte %d: position %d comes after %d", whole, r.Position, t.last)
		}
		t.note(r)
		whole += int64(len(line))
	}
	if err := t.file.Truncate(whole); err != nil {
		return err
	}
	_, err := t.file.Seek(whole, io.SeekStart)
	return err
}

// append adds an event at the position, unless the trail has it, and returns when it is
// on disk.
func (t *trail) append(position int64, d events.Delivery) error {
	if position <= t.last {
		return nil // delivered twice
	}
	r := record{Position: position, Event: d}
	// The id is read from the raw detail, because an event of a newer version has one
	// too.
	var detail struct {
		Metadata events.Metadata `json:"metadata"`
	}
	if err := json.Unmarshal(d.Detail, &detail); err == nil {
		r.EventID = detail.Metadata.ID
	}
	if _, twice := t.seen[r.EventID]; twice && r.EventID != "" {
		return nil // published twice
	}
	_, err := d.Event()
	r.Known = err == nil
	return t.write(r)
}

func (t *trail) write(r record) error {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("writing position %d: %w", r.Position, err)
	}
	if _, err := t.file.Write(line.Bytes()); err != nil {
		return fmt.Errorf("writing position %d: %w", r.Position, err)
	}
	if err := t.file.Sync(); err != nil {
		return fmt.Errorf("writing position %d: %w", r.Position, err)
	}
	t.note(r)
	return nil
}

func (t *trail) note(r record) {
	t.last = r.Position
	t.seen[r.EventID] = struct{}{}
}

// cursor returns the position of the last event in the file, 0 if there is none.
func (t *trail) cursor() int64 { return t.last }

func (t *trail) count() int { return len(t.seen) }

func (t *trail) close() error { return t.file.Close() }
