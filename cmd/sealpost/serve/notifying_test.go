package serve_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// notifyDelay is that of events/subscriptions/subscriptions.json.
const notifyDelay = 5 * time.Second

// manualClock stands still until it is moved, forth or back.
type manualClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *manualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *manualClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// sentMessage is what the model knows of one.
type sentMessage struct {
	id      string
	at      time.Time
	read    bool
	counted bool // by a mail
}

// notified is a server, its two users, and the model of what bob is told.
type notified struct {
	t          *testing.T
	clock      *manualClock
	server     running
	log        *eventlog.Log
	alice, bob scenario.Person
	messages   []*sentMessage
	delivered  int // so many of them, from the first on
	mails      []int
}

func startNotified(t *testing.T) *notified {
	n := &notified{t: t, clock: &manualClock{now: time.Now()}}
	data := filepath.Join(t.TempDir(), "data")
	n.server = start(t, func(c *serve.Config) { c.Data, c.Now = data, n.clock.Now })
	w := n.server.world(t)
	n.alice, n.bob = scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	n.bob.WaitReady(t)
	log, done := openLog(t, data)
	t.Cleanup(done)
	n.log = log
	return n
}

func (n *notified) unread() (left []*sentMessage) {
	for _, m := range n.messages {
		if !m.read {
			left = append(left, m)
		}
	}
	return left
}

func (n *notified) post() {
	id := n.alice.Post(n.t, n.bob.Username, "text/plain", "", []byte("hello"))
	n.messages = append(n.messages, &sentMessage{id: id, at: n.clock.Now()})
	n.bob.WaitUnread(n.t, len(n.unread()))
}

func (n *notified) read(m *sentMessage) {
	if err := n.bob.MarkRead(n.t.Context(), m.id); err != nil {
		n.t.Fatal(err)
	}
	m.read = true
	n.bob.WaitUnread(n.t, len(n.unread()))
}

// move moves the clock, and waits for what is due then to be delivered. The model: if
// any of that is unread and in no mail, there is one more, of all that is unread; else
// there is none.
func (n *notified) move(d time.Duration) {
	n.t.Helper()
	n.clock.move(d)
	due := n.messages[n.delivered:]
	if held := slices.IndexFunc(due, n.held); held >= 0 {
		due = due[:held]
	}
	n.delivered += len(due)
	eventually.True(n.t, "deliveries", func() bool { return !n.unseen() })
	owed := slices.IndexFunc(due, func(m *sentMessage) bool { return !m.read && !m.counted })
	if owed >= 0 {
		n.mails = append(n.mails, len(n.unread()))
		for _, m := range n.unread() {
			m.counted = m.counted || m.id >= due[owed].id
		}
	}
	if got := n.waiting(); !slices.Equal(got, n.mails) {
		n.t.Fatalf("the mails say %v, want %v, of %d messages, %d delivered and %d unread",
			got, n.mails, len(n.messages), n.delivered, len(n.unread()))
	}
}

// unseen reports whether the consumer has yet to be given what is due.
func (n *notified) unseen() bool {
	if n.delivered == 0 {
		return false
	}
	entries, _, err := n.log.Read(n.t.Context(), 0, n.delivered, eventlog.Filter{Types: []events.Type{events.TypeMessageStored}})
	if err != nil || len(entries) != n.delivered {
		n.t.Fatalf("%d entries, %v", len(entries), err)
	}
	unseen, err := n.log.Unseen(n.t.Context(), notify.Name, entries[n.delivered-1].Position)
	if err != nil {
		n.t.Fatal(err)
	}
	return unseen
}

func (n *notified) held(m *sentMessage) bool {
	since := n.clock.Now().Truncate(time.Millisecond).Sub(m.at.Truncate(time.Millisecond))
	return since >= 0 && since < notifyDelay
}

// waiting are the numbers of the notifications in bob's mailbox, oldest first.
func (n *notified) waiting() (numbers []int) {
	n.t.Helper()
	req, err := http.NewRequestWithContext(n.t.Context(), http.MethodGet,
		n.server.MailURL+".json?to="+url.QueryEscape(n.bob.Address), nil)
	if err != nil {
		n.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		n.t.Fatal(err)
	}
	defer res.Body.Close()
	var mails []struct{ Subject string }
	if err := json.NewDecoder(res.Body).Decode(&mails); err != nil {
		n.t.Fatal(err)
	}
	for _, m := range slices.Backward(mails) {
		if rest, ok := strings.CutPrefix(m.Subject, "You have "); ok {
			number, _, _ := strings.Cut(rest, " ")
			count, err := strconv.Atoi(number)
			if err != nil {
				n.t.Fatalf("a mail says %q", m.Subject)
			}
			numbers = append(numbers, count)
		}
	}
	return numbers
}

// Of two messages the first is read within the delay, and its delivery comes before the
// second's: the second is announced all the same.
func TestAReadMessageSwallowsNoNotification(t *testing.T) {
	t.Parallel()
	n := startNotified(t)
	n.post()
	n.move(2 * time.Second)
	n.post()
	n.read(n.messages[0])
	n.move(notifyDelay - 2*time.Second) // the first is due
	n.move(2 * time.Second)
	if len(n.mails) != 1 {
		t.Errorf("mails say %v", n.mails)
	}
}

// Whatever the order of sending, reading and clock steps, what stays unread is in some
// mail's count, and what was counted is in no other.
func TestEveryUnreadMessageIsAnnouncedOnce(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	n := startNotified(t)
	for range 40 {
		left := n.unread()
		switch what := random.IntN(10); {
		case what < 4:
			n.post()
		case what < 7 && len(left) > 0:
			n.read(left[random.IntN(len(left))])
		case what == 9:
			n.move(-time.Duration(random.IntN(3600)) * time.Second)
		default:
			n.move(time.Duration(random.IntN(4000)) * time.Millisecond)
		}
	}
	n.move(time.Hour)
	for _, m := range n.unread() {
		if !m.counted {
			t.Errorf("message %s is unread, and no mail counted it", m.id)
		}
	}
}
