package eventstream_test

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/eventstream"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
)

// world is a log that can be followed at an address.
type world struct {
	url      string
	log      *eventlog.Log
	registry *eventstream.Registry
	handler  *eventstream.Handler
}

func newWorld(t *testing.T, c eventstream.Config) world {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c.Logger = slog.New(slog.DiscardHandler)
	if c.Log, err = eventlog.Open(t.Context(), db, time.Now, c.Logger); err != nil {
		t.Fatal(err)
	}
	if c.Registry, err = eventstream.NewRegistry(t.Context(), db, time.Now); err != nil {
		t.Fatal(err)
	}
	h := eventstream.NewHandler(c)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	t.Cleanup(h.Stop)
	return world{server.URL, c.Log, c.Registry, h}
}

func (w world) add(t *testing.T, name string) (token string) {
	t.Helper()
	token, err := w.registry.Add(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (w world) publish(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		ev := events.New(time.Now(), events.MessageRead{MessageID: id, RecipientID: "r"})
		if kind, rest, ok := strings.Cut(id, ":"); ok && kind == "user" {
			ev = events.New(time.Now(), events.UserVerified{UserID: rest, Username: rest})
		}
		if err := w.log.Publish(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
	}
}

// get asks for events. The answer is cut off when the test ends.
func (w world) get(t *testing.T, query, token string, header ...string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+"/events"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

// follower reads a stream as a client does.
type follower struct {
	t    *testing.T
	scan *bufio.Scanner
	// id is the Last-Event-ID.
	id string
	// beats counts comments.
	beats int
}

func (w world) follow(t *testing.T, query, token string, header ...string) *follower {
	t.Helper()
	res := w.get(t, query, token, header...)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("answered %s %s", res.Status, res.Header.Get("Content-Type"))
	}
	return &follower{t: t, scan: bufio.NewScanner(res.Body)}
}

// block reads up to the next blank line, which is what makes an event complete, and
// returns its data, if it has any. It returns false at the end of the stream.
func (f *follower) block() (data string, ok bool) {
	id := f.id
	for f.scan.Scan() {
		line := f.scan.Text()
		field, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "":
			f.id = id
			return data, true
		case strings.HasPrefix(line, ":"):
			f.beats++
		case field == "id":
			id = value
		case field == "data":
			data = value
		default:
			f.t.Fatalf("unexpected line %q", line)
		}
	}
	return "", false
}

// toTheEnd reads until the stream ends and returns how many events came.
func (f *follower) toTheEnd() (n int) {
	for {
		data, ok := f.block()
		if !ok {
			return n
		}
		if data != "" {
			n++
		}
	}
}

// next returns the subject of the next event.
func (f *follower) next() string {
	f.t.Helper()
	for {
		data, ok := f.block()
		if !ok {
			f.t.Fatalf("the stream ended: %v", f.scan.Err())
		}
		if data == "" {
			continue
		}
		d, err := events.DecodeDelivery([]byte(data))
		if err != nil {
			f.t.Fatal(err)
		}
		ev, err := d.Event()
		if err != nil || d.ID != "log-"+f.id {
			f.t.Fatalf("%s with the id %s: %v", d.ID, f.id, err)
		}
		return ev.Metadata.Subject
	}
}

func (f *follower) want(subjects ...string) {
	f.t.Helper()
	for _, want := range subjects {
		if got := f.next(); got != want {
			f.t.Fatalf("got %s, want %s", got, want)
		}
	}
}

func numbered(n int) (ids []string) {
	for i := range n {
		ids = append(ids, "m"+strconv.Itoa(i))
	}
	return ids
}
