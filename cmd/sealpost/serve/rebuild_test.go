package serve_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
	"github.com/sealpost/sealpost/ports"
)

func ask(t *testing.T, data string, action ports.RebuildAction, names ...string) error {
	t.Helper()
	return serve.Rebuilder{Config: serve.Config{Data: data}}.Do(t.Context(), ports.RebuildRequest{Action: action, Projections: names}, func(ports.RebuildReport) {})
}

func status(t *testing.T, data string) (state ports.RebuildState) {
	t.Helper()
	err := serve.Rebuilder{Config: serve.Config{Data: data}}.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionStatus}, func(r ports.RebuildReport) {
		if r.State != nil {
			state = *r.State
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// Somebody writes to bob all the time, and bob looks all the time. What he has been
// shown never goes away, whatever is promoted, rolled back and dropped meanwhile.
func TestReadersSeeNoGapWhileProjectionsAreRebuilt(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	w := start(t, func(c *serve.Config) { c.Data = data }).world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	posted := 0
	wg.Go(func() {
		for ; ctx.Err() == nil && posted < 400; posted++ {
			if _, err := alice.Send(t.Context(), message(bob.Username, "hello", "")); err != nil {
				t.Error(err)
				return
			}
		}
	})
	wg.Go(func() { neverShrinks(ctx, t, bob.Client) })
	for range 2 {
		if err := ask(t, data, ports.ActionRebuild, projection.Names()...); err != nil {
			t.Fatal(err)
		}
		for _, action := range []ports.RebuildAction{ports.ActionRollback, ports.ActionDrop} {
			if err := ask(t, data, action, projection.Names()...); err != nil {
				t.Fatalf("%s: %v", action, err)
			}
		}
	}
	if err := ask(t, data, ports.ActionRebuild, projection.Names()...); err != nil {
		t.Fatal(err)
	}
	stop()
	wg.Wait()
	bob.WaitUnread(t, posted)
	for _, p := range status(t, data).Projections {
		if p.Live != 4 || p.Candidate == nil || p.Candidate.State != ports.CandidateKept {
			t.Errorf("%s: generation %d is live, beside %+v", p.Projection, p.Live, p.Candidate)
		}
	}
}

func neverShrinks(ctx context.Context, t *testing.T, bob *client.Client) {
	t.Helper()
	for unread, newest := 0, ""; ctx.Err() == nil; {
		count, err := bob.Unread(t.Context())
		if err != nil || count.Unread < unread {
			t.Errorf("%d unread after %d: %v", count.Unread, unread, err)
			return
		}
		unread = count.Unread
		list, err := bob.Inbox(t.Context(), false, client.Page{Limit: 1})
		if err != nil || (newest != "" && (len(list.Messages) == 0 || list.Messages[0].ID < newest)) {
			t.Errorf("the inbox shows %+v after %s: %v", list.Messages, newest, err)
			return
		}
		if len(list.Messages) > 0 {
			newest = list.Messages[0].ID
			if list.Messages[0].From.Username == "" {
				t.Error("the sender is gone from the users")
			}
		}
	}
}

func TestARebuildWithoutAServerIsThereAtTheNextStart(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	first := start(t, func(c *serve.Config) { c.Data = data })
	w := first.world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	alice.Post(t, bob.Username, "text/plain", "", []byte("before"))
	bob.WaitUnread(t, 1)
	addr := first.Addr
	first.stop()
	if err := ask(t, data, ports.ActionRebuild, projection.Names()...); err != nil {
		t.Fatal(err)
	}
	second := start(t, func(c *serve.Config) { c.Data, c.Addr = data, addr })
	bob.WaitUnread(t, 1)
	if err := ask(t, data, ports.ActionRebuild, "inbox"); !errors.Is(err, ports.ErrGenerations) {
		t.Errorf("with a generation that is kept: %v", err)
	}
	if err := ask(t, data, "explode", "inbox"); !errors.Is(err, ports.ErrRebuildRequest) {
		t.Errorf("an unknown action: %v", err)
	}
	if err := ask(t, data, ports.ActionRollback, "inbox"); err != nil {
		t.Error(err)
	}
	second.stop()
}

// The server finishes what the one before was killed in.
func TestAStartFinishesAnInterruptedDrop(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	start(t, func(c *serve.Config) { c.Data = data }).stop()
	if err := ask(t, data, ports.ActionRebuild, "inbox"); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(data, serve.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`DELETE FROM projection_candidates`) // as a drop begins
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if left := status(t, data).Projections[1].Left; len(left) != 1 {
		t.Fatalf("left are %v", left)
	}
	start(t, func(c *serve.Config) { c.Data = data })
	eventually.True(t, "nothing is left", func() bool { return len(status(t, data).Projections[1].Left) == 0 })
}

// A server may be killed before it has answered a word.
func TestAServerThatIsKilledBeforeItAnswers(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(data, "admin.sock"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			_, err = conn.Read(make([]byte, 1<<10))
			err = errors.Join(err, conn.Close())
		}
		done <- err
	}()
	if err := ask(t, data, ports.ActionDrop, "inbox"); !errors.Is(err, serve.ErrStopped) {
		t.Errorf("asking: %v", err)
	}
	if err := errors.Join(<-done, listener.Close()); err != nil {
		t.Fatal(err)
	}
}
