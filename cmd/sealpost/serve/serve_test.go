package serve_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/contracttest"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// running is a server in this process.
type running struct {
	serve.Info
	// stop stops it and fails the test if that is not clean.
	stop func()
}

// start serves on a free port; edit changes the configuration.
func start(t *testing.T, edit func(*serve.Config)) running {
	t.Helper()
	ready, done := make(chan serve.Info, 1), make(chan error, 1)
	c := serve.Config{Addr: "127.0.0.1:0", LogLevel: "error", Stderr: t.Output(), Ready: func(i serve.Info) { ready <- i }}
	if edit != nil {
		edit(&c)
	}
	if c.Data == "" {
		c.Data = filepath.Join(t.TempDir(), "data")
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { done <- serve.Run(ctx, c) }()
	stopped := false
	stop := func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	select {
	case info := <-ready:
		return running{info, stop}
	case err := <-done:
		stopped = true
		t.Fatalf("the server did not start: %v", err)
		return running{}
	}
}

// world is the server with every answer checked against the contract.
func (r running) world(t *testing.T) scenario.World {
	t.Helper()
	return scenario.Embedded(r.URL, r.MailURL, &http.Client{Transport: contracttest.Transport(t, http.DefaultTransport)})
}

func TestFromSignUpToRead(t *testing.T) {
	t.Parallel()
	scenario.FromSignUpToRead(t, start(t, nil).world(t))
}

func TestASecondStartFindsEverythingAsItWas(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	var greeting strings.Builder
	first := start(t, func(c *serve.Config) { c.Data, c.Stdout = data, &greeting })
	if !strings.Contains(greeting.String(), "sealpost signup --server "+first.URL+" --username") {
		t.Errorf("greets with %s", greeting.String())
	}
	alice, bob := scenario.Register(t, first.world(t), "alice"), scenario.Register(t, first.world(t), "bob")
	bob.WaitReady(t)
	id := alice.Post(t, bob.Username, "text/plain", "", []byte("before"))
	bob.WaitUnread(t, 1)
	addr := first.URL[len("http://"):]
	first.stop()

	greeting.Reset()
	second := start(t, func(c *serve.Config) { c.Data, c.Addr, c.Stdout = data, addr, &greeting })
	if !strings.Contains(greeting.String(), "sealpost login --server "+first.URL+" --username NAME\n") {
		t.Errorf("greets who is registered with %s", greeting.String())
	}
	if second.URL != first.URL {
		t.Fatalf("came back as %s, want %s", second.URL, first.URL)
	}
	bob.WaitUnread(t, 1)
	got, err := bob.Fetch(t.Context(), id)
	if err != nil || string(got.Body) != "before" {
		t.Fatalf("opened %q: %v", got.Body, err)
	}
	alice.Post(t, bob.Username, "text/plain", "", []byte("after"))
	bob.WaitUnread(t, 2)
}

func TestOneServerForOneFolder(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	start(t, func(c *serve.Config) { c.Data = data })
	err := serve.Run(t.Context(), serve.Config{Addr: "127.0.0.1:0", Data: data})
	if !errors.Is(err, serve.ErrInUse) {
		t.Errorf("a second server started: %v", err)
	}
}

// What has the folder may be a rebuild as well: the error fits both.
func TestNoServerBesideARebuildWithoutOne(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	var beside error
	if err := serve.WithRebuilder(t.Context(), serve.Config{Data: data}, func(*rebuild.Rebuilder) error {
		beside = serve.Run(t.Context(), serve.Config{Addr: "127.0.0.1:0", Data: data})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(beside, serve.ErrInUse) || !strings.Contains(beside.Error(), "to serve from it or to rebuild its projections") {
		t.Errorf("a server started beside a rebuild: %v", beside)
	}
}

func TestBadConfigurationIsSaidSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]serve.Config{
		"half a certificate": {Data: "d", TLSCert: "cert.pem"},
		"no certificate":     {Addr: "127.0.0.1:0", Data: t.TempDir(), TLSCert: "missing.pem", TLSKey: "missing.pem"},
		"no sender":          {Data: "d", SMTP: "smtp.example.org:587"},
		"a sender alone":     {Data: "d", MailFrom: "a@example.org"},
		"no data folder":     {},
		"a bad public URL":   {Data: "d", PublicURL: "example.org"},
		"a bad level":        {Data: "d", LogLevel: "loud"},
		"a bad address":      {Addr: "nowhere:http:80", Data: t.TempDir()},
		"a bad mail server":  {Addr: "127.0.0.1:0", Data: t.TempDir(), SMTP: "nonsense", MailFrom: "a@example.org"},
	} {
		if err := serve.Run(t.Context(), c); err == nil {
			t.Errorf("%s: served and stopped without an error", name)
		}
	}
}

func TestARetriedPostIsOneMessage(t *testing.T) {
	t.Parallel()
	w := start(t, nil).world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	ids := map[string]bool{}
	for range 3 {
		id, err := alice.Send(t.Context(), message(bob.Username, "once", "key-1"))
		if err != nil {
			t.Fatal(err)
		}
		ids[id] = true
	}
	alice.Post(t, bob.Username, "text/plain", "", []byte("another"))
	bob.WaitUnread(t, 2)
	list, err := bob.Inbox(t.Context(), false, client.Page{})
	if err != nil || len(ids) != 1 || len(list.Messages) != 2 {
		t.Errorf("%d ids, %d messages, %v", len(ids), len(list.Messages), err)
	}
}

func TestABurstIsOneNotification(t *testing.T) {
	t.Parallel()
	w := start(t, nil).world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	for range 10 {
		alice.Post(t, bob.Username, "text/plain", "", []byte("hello"))
	}
	waitNotified(t, w, bob.Address)
	if n, err := w.Notifications(t.Context(), bob.Address); err != nil || n != 1 {
		t.Errorf("%d notifications, %v", n, err)
	}
}
