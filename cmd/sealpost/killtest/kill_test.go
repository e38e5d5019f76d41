package killtest_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

const (
	lives   = 15
	senders = 8
)

// ledger is what the clients were promised.
type ledger struct {
	mu     sync.Mutex
	bodies map[string][]byte // acknowledged messages
	read   map[string]bool   // acknowledged marks
}

func (l *ledger) sent(id string, body []byte) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bodies[id] = body
	return len(l.bodies)
}

func (l *ledger) marked(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read[id] = true
}

// Whatever was answered 202 before a kill is there after it, once, and opens to the
// same bytes; and the unread count is the number of unread messages.
func TestKillLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	addr, data := freeAddress(t), filepath.Join(t.TempDir(), "data")
	p := start(t, addr, data, "")
	world := scenario.Embedded(p.url, p.mail, http.DefaultClient)
	alice, bob := scenario.Register(t, world, "alice"), scenario.Register(t, world, "bob")
	alice.WaitReady(t)
	bob.WaitReady(t)
	promised := &ledger{bodies: map[string][]byte{}, read: map[string]bool{}}
	checked := map[string]bool{}
	for life := range lives {
		workUntilKilled(t, p, alice, bob, promised)
		p = start(t, addr, data, "")
		check(t, life, bob, promised, checked)
	}
	t.Logf("%d lives: %d messages and %d marks were acknowledged, and all were kept", lives, len(promised.bodies), len(promised.read))
}

// workUntilKilled sends and reads from several clients at once, and kills the server
// after a random number of acknowledgements, while the others are under way.
func workUntilKilled(t *testing.T, p *process, alice, bob scenario.Person, promised *ledger) {
	t.Helper()
	promised.mu.Lock()
	limit := len(promised.bodies) + 1 + rand.IntN(60)
	promised.mu.Unlock()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	for sender := range senders {
		wg.Go(func() {
			var mine []string
			for n := 0; ctx.Err() == nil; n++ {
				body := bytes.Repeat([]byte(fmt.Sprintf("%d/%d ", sender, n)), 1+rand.IntN(200))
				if sender == 0 { // a body too large for the database: a file of its own
					body = bytes.Repeat(body, 1+(100<<10)/len(body))
				}
				id, err := alice.Send(ctx, client.Message{To: bob.Username, ContentType: "text/plain", Body: bytes.NewReader(body), Size: int64(len(body))})
				if err != nil {
					return // the server is gone
				}
				if promised.sent(id, body) >= limit {
					p.kill()
					stop()
					return
				}
				mine = append(mine, id)
				// An older one: the newest may not be in the inbox yet.
				if old := mine[n/2]; n%2 == 1 && bob.MarkRead(ctx, old) == nil {
					promised.marked(old)
				}
			}
		})
	}
	wg.Wait()
	p.kill()
}

// check compares what bob sees with what was promised.
func check(t *testing.T, life int, bob scenario.Person, promised *ledger, checked map[string]bool) {
	t.Helper()
	var inbox map[string]bool
	var problem string
	eventually.True(t, "the projections catch up", func() bool {
		inbox, problem = view(t, bob)
		if problem != "" {
			return false
		}
		for id := range promised.bodies {
			if _, there := inbox[id]; !there {
				problem = "message " + id + " is missing"
				return false
			}
		}
		for id := range promised.read {
			if !inbox[id] {
				problem = "message " + id + " is unread again"
				return false
			}
		}
		return true
	})
	if problem != "" {
		t.Fatalf("life %d: %s", life, problem)
	}
	for id, body := range promised.bodies {
		if checked[id] {
			continue
		}
		checked[id] = true
		got, err := bob.Fetch(t.Context(), id)
		if err != nil || !bytes.Equal(got.Body, body) {
			t.Fatalf("life %d: message %s opens to %d bytes, want %d: %v", life, id, len(got.Body), len(body), err)
		}
	}
}

// view reads the whole inbox, message id to read or not, and says what is wrong
// with it by itself.
func view(t *testing.T, bob scenario.Person) (inbox map[string]bool, problem string) {
	t.Helper()
	inbox = map[string]bool{}
	unread := 0
	for page := (client.Page{Limit: 100}); ; {
		list, err := bob.Inbox(t.Context(), false, page)
		if err != nil {
			return nil, err.Error()
		}
		for _, m := range list.Messages {
			if _, twice := inbox[m.ID]; twice {
				t.Fatalf("message %s is in the inbox twice", m.ID)
			}
			inbox[m.ID] = m.Read
			if !m.Read {
				unread++
			}
		}
		if page.Cursor = list.Next; page.Cursor == "" {
			break
		}
	}
	count, err := bob.Unread(t.Context())
	if err != nil {
		return nil, err.Error()
	}
	if count.Unread != min(unread, 1000) {
		return nil, fmt.Sprintf("the unread count is %d, and %d messages are unread", count.Unread, unread)
	}
	return inbox, ""
}

// A limit on the size of files is a disk that is full for this process alone. What
// was acknowledged before stays readable, nothing is acknowledged any more, and the
// answer is a problem document.
func TestAFullDiskAcknowledgesNothing(t *testing.T) {
	t.Parallel()
	addr, data := freeAddress(t), filepath.Join(t.TempDir(), "data")
	p := start(t, addr, data, "ulimit -f 2048;") // blocks of 512 bytes or 1 KiB: one or two MiB a file
	world := scenario.Embedded(p.url, p.mail, http.DefaultClient)
	alice, bob := scenario.Register(t, world, "alice"), scenario.Register(t, world, "bob")
	alice.WaitReady(t)
	bob.WaitReady(t)
	body := bytes.Repeat([]byte("x"), 30<<10)
	var acknowledged []string
	var failure error
	for len(acknowledged) < 1000 && failure == nil {
		var id string
		id, failure = alice.Send(t.Context(), client.Message{To: bob.Username, Body: bytes.NewReader(body), Size: int64(len(body))})
		if failure == nil {
			acknowledged = append(acknowledged, id)
		}
	}
	if !client.HasStatus(failure, http.StatusInternalServerError) && !client.HasStatus(failure, http.StatusInsufficientStorage) {
		t.Fatalf("after %d messages: %v", len(acknowledged), failure)
	}
	t.Logf("%d messages fitted; then: %v", len(acknowledged), failure)
	p.kill()
	start(t, addr, data, "")
	eventually.True(t, "everything that was acknowledged", func() bool {
		inbox, problem := view(t, bob)
		return problem == "" && !slices.ContainsFunc(acknowledged, func(id string) bool { _, there := inbox[id]; return !there })
	})
	got, err := bob.Fetch(t.Context(), acknowledged[len(acknowledged)-1])
	if err != nil || !bytes.Equal(got.Body, body) {
		t.Errorf("the last message opens to %d bytes: %v", len(got.Body), err)
	}
}

// A folder that cannot be made is said so, at once and by its name.
func TestAnUnusableDataFolderStopsTheStart(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	out, err := combinedOutput(t, path, "serve", "--addr", "127.0.0.1:0", "--data", "/dev/null/data")
	if err == nil || !strings.Contains(out, "/dev/null/data") || strings.Contains(out, "goroutine") {
		t.Errorf("%v: %s", err, out)
	}
}
