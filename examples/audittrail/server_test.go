package main

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventstream"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// serving is a real server in this process.
type serving struct {
	url  string
	mail string // the mailbox's address
	stop func()
}

func startServer(t *testing.T, data, addr string) serving {
	t.Helper()
	ready, done := make(chan serve.Info, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		done <- serve.Run(ctx, serve.Config{Addr: addr, Data: data, LogLevel: "error", Stderr: t.Output(), Ready: func(i serve.Info) { ready <- i }})
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	select {
	case info := <-ready:
		return serving{info.URL, info.MailURL, stop}
	case err := <-done:
		done <- nil
		t.Fatalf("the server did not start: %v", err)
		return serving{}
	}
}

// startTrail runs the example until stop is called.
func startTrail(t *testing.T, url, path, token string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"-server", url, "-file", path}, token, t.Output()) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func types(t *testing.T, path string) (names []string) {
	t.Helper()
	for _, r := range readRecords(t, path) {
		if !r.Known {
			t.Errorf("not known: %+v", r)
		}
		names = append(names, r.Event.DetailType)
	}
	return names
}

// The trail is complete whatever is restarted, and whenever.
func TestTheTrailSurvivesRestartsOfBothSides(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, path := filepath.Join(dir, "data"), filepath.Join(dir, "audit.jsonl")
	server := startServer(t, data, "127.0.0.1:0")
	token := newToken(t, data)
	stop := startTrail(t, server.url, path, token)
	world := scenario.Embedded(server.url, server.mail, http.DefaultClient)
	alice := scenario.Register(t, world, "alice")
	alice.WaitReady(t)
	eventually.True(t, "the sign-up in the trail", func() bool { return len(readRecords(t, path)) == 3 })

	// The trail is down while a message is sent.
	stop()
	id := alice.Post(t, alice.Username, "text/plain", "", []byte("hello"))
	alice.WaitUnread(t, 1)
	stop = startTrail(t, server.url, path, token)
	eventually.True(t, "the message in the trail", func() bool { return len(readRecords(t, path)) == 4 })

	// The server is down for a moment while the trail runs.
	addr := strings.TrimPrefix(server.url, "http://")
	server.stop()
	startServer(t, data, addr)
	if err := alice.MarkRead(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	eventually.True(t, "the reading in the trail", func() bool { return len(readRecords(t, path)) == 5 })
	stop()

	got := types(t, path)
	slices.Sort(got[1:3]) // the key and the topic come in no order
	want := []string{"UserVerified", "UserKeyCreated", "UserTopicCreated", "MessageStored", "MessageRead"}
	if !slices.Equal(got, want) {
		t.Errorf("the trail has %v, want %v", got, want)
	}
}

func TestARefusalIsFinal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := startServer(t, filepath.Join(dir, "data"), "127.0.0.1:0")
	var stderr bytes.Buffer
	err := run(t.Context(), []string{"-server", server.url, "-file", filepath.Join(dir, "audit.jsonl")}, "sealpost_sub_x_Y", &stderr)
	if err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("%v", err)
	}
	if err := run(t.Context(), nil, "", &stderr); err == nil || !strings.Contains(err.Error(), "SEALPOST_SUBSCRIBER_TOKEN") {
		t.Errorf("%v", err)
	}
}

// Help that was asked for is no failure, and shows where the token comes from.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"-h", "-help", "--help"} {
		var stderr bytes.Buffer
		if err := run(t.Context(), []string{flag}, "", &stderr); err != nil {
			t.Errorf("%s: %v", flag, err)
		}
		for _, want := range []string{"sealpost subscribers add audit", "-file FILE", "-server URL"} {
			if !strings.Contains(stderr.String(), want) {
				t.Errorf("%s says nothing of %s: %s", flag, want, stderr.String())
			}
		}
	}
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-nothing"}, "", &stderr); err == nil {
		t.Error("a flag that there is not is taken")
	}
}

func newToken(t *testing.T, data string) string {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(data, serve.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	registry, err := eventstream.NewRegistry(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	token, err := registry.Add(t.Context(), "audit")
	if err != nil {
		t.Fatal(err)
	}
	return token
}
