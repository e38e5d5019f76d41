package client_test

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sealpost/sealpost/client"
)

func TestOpenTellsWhatTheSenderSaid(t *testing.T) {
	t.Parallel()
	api := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Disposition", "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.pdf")
		_, _ = io.WriteString(w, "%PDF")
	})
	err := api.Open(t.Context(), "01ABC", func(o client.Opened) error {
		if o.ContentType != "application/pdf" || o.Filename != "größe.pdf" || o.Size != 4 {
			t.Errorf("got %q %q %d", o.ContentType, o.Filename, o.Size)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A server that sends for ever must not fill the memory.
func TestOpenReadsNoMoreThanAMessageCanHave(t *testing.T) {
	t.Parallel()
	for _, declared := range []bool{true, false} {
		api := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if declared {
				w.Header().Set("Content-Length", strconv.Itoa(client.MaxBody+1))
			}
			_, _ = io.WriteString(w, strings.Repeat("x", client.MaxBody+1))
		})
		if _, err := openAll(t, api, "01ABC"); !errors.Is(err, client.ErrTooLarge) {
			t.Errorf("declared %v: got %v, want ErrTooLarge", declared, err)
		}
	}
}

func TestOpenStartsAfreshWhenTheConnectionBreaksOff(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	api := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		if calls.Add(1) == 1 {
			_, _ = io.WriteString(w, "half.")
			return // net/http closes the connection: the length was not kept
		}
		_, _ = io.WriteString(w, "0123456789")
	})
	if _, err := openAll(t, api, "01ABC"); !isUnreachable(err) {
		t.Errorf("without Retry: got %v, want an Unreachable", err)
	}
	calls.Store(0)
	api.Retry.For = time.Minute
	if got, err := openAll(t, api, "01ABC"); err != nil || got != "0123456789" {
		t.Errorf("with Retry: got %q, %v", got, err)
	}
}

func isUnreachable(err error) bool {
	var u *client.UnreachableError
	return errors.As(err, &u)
}

func TestWhatCanBeNoIDNeverReachesTheServer(t *testing.T) {
	t.Parallel()
	api := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) })
	for _, id := range []string{"", ".", "..", "../users", "a/b", "unread-count", "a%2Fb", "a?b", strings.Repeat("a", 65)} {
		_, err := openAll(t, api, id)
		if !client.HasStatus(err, http.StatusNotFound) {
			t.Errorf("Open(%q): got %v, want a 404", id, err)
		}
		if err := api.MarkRead(t.Context(), id); !client.HasStatus(err, http.StatusNotFound) {
			t.Errorf("MarkRead(%q): got %v, want a 404", id, err)
		}
	}
}
