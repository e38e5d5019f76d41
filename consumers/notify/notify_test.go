package notify_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
)

var errOut = errors.New("out")

// world is what the consumer talks to: a ledger that behaves as its contract says,
// for one recipient at a time, and projections that know as much as they are told.
type world struct {
	ports.Inbox

	mu          sync.Mutex
	inbox       map[string]bool // message id: read?
	unread      ports.UnreadCount
	burst       []string        // the ids of unread messages
	covered     map[string]bool // recipient and message
	claimed     map[string]bool
	released    int
	sent        map[string][]int
	notifyErr   error
	completeErr error
	userErr     error
	inboxErr    error
	unreadErr   error
	panics      bool
}

func newWorld() *world {
	return &world{inbox: map[string]bool{}, covered: map[string]bool{}, claimed: map[string]bool{}, sent: map[string][]int{}}
}

// users is the world's directory.
type users struct {
	ports.UserDirectory
	w *world
}

func (u users) ByID(_ context.Context, id string) (ports.User, error) {
	return ports.User{ID: id, Username: id, KeyID: "k", TopicID: "topic of " + id}, u.w.userErr
}

func (w *world) Get(_ context.Context, _, id string) (ports.InboxMessage, error) {
	if w.panics {
		panic("a bug")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	read, ok := w.inbox[id]
	if !ok && w.inboxErr == nil {
		return ports.InboxMessage{}, ports.ErrNotFound
	}
	return ports.InboxMessage{ID: id, Read: read}, w.inboxErr
}

func (w *world) From(_ context.Context, _, messageID string, _ int) (ids []string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range w.burst {
		if id >= messageID {
			ids = append(ids, id)
		}
	}
	return ids, w.unreadErr
}

func (w *world) Count(context.Context, string) (ports.UnreadCount, error) {
	return w.unread, w.unreadErr
}

func (w *world) Claim(_ context.Context, recipient string, ids []string, _ time.Time, _ time.Duration) (ports.NotificationClaim, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	left := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return w.covered[recipient+id] })
	if len(left) == 0 {
		return ports.NotificationClaim{}, ports.ErrCovered
	}
	if w.claimed[recipient] {
		return ports.NotificationClaim{}, ports.ErrClaimed
	}
	w.claimed[recipient] = true
	return ports.NotificationClaim{RecipientID: recipient, MessageIDs: left}, nil
}

func (w *world) Complete(_ context.Context, c ports.NotificationClaim, counted []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.completeErr != nil {
		return w.completeErr
	}
	for _, id := range counted {
		w.covered[c.RecipientID+id] = true
	}
	w.claimed[c.RecipientID] = false
	return nil
}

func (w *world) Release(_ context.Context, c ports.NotificationClaim) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.released++
	w.claimed[c.RecipientID] = false
	return nil
}

func (w *world) Notify(_ context.Context, topicID string, n ports.Notification) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.notifyErr != nil {
		return w.notifyErr
	}
	w.sent[topicID] = append(w.sent[topicID], n.Waiting.Unread)
	return nil
}

func (w *world) handle(t *testing.T, evs ...events.Event) []string {
	t.Helper()
	c, err := notify.New(notify.Deps{
		Users: users{w: w}, Inbox: w, Unread: w, Ledger: w, Notifier: w, Now: handlertest.Now, Log: handlertest.Log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return handlertest.Failures(t, c.Handle, handlertest.Batch(t, evs...))
}

func stored(id, recipient string) events.Event {
	return events.New(handlertest.Now().Add(-5*time.Second), events.MessageStored{
		MessageID: id, SenderID: "s", RecipientID: recipient, ObjectKey: "o", KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	})
}

func TestABurstIsOneMailThatSaysHowMany(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.unread, w.burst = ports.UnreadCount{Unread: 7}, []string{"1", "2", "3", "4", "5"}
	evs := []events.Event{stored("1", "bob"), stored("2", "bob"), stored("3", "carol"), stored("4", "bob")}
	if failed := w.handle(t, evs...); len(failed) != 0 {
		t.Fatalf("failed: %v", failed)
	}
	want := map[string][]int{"topic of bob": {7}, "topic of carol": {7}}
	if diff := cmp.Diff(want, w.sent); diff != "" {
		t.Error(diff)
	}
	if failed := w.handle(t, evs...); len(failed) != 0 || !cmp.Equal(want, w.sent) {
		t.Errorf("a redelivery sent more: %v, failed %v", w.sent, failed)
	}
	if failed := w.handle(t, stored("5", "bob")); len(failed) != 0 || !cmp.Equal(want, w.sent) {
		t.Errorf("the rest of the burst sent more: %v, failed %v", w.sent, failed)
	}
}

// Of two messages at once the first is read before anything is announced.
func TestWhatWasReadCoversNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.inbox["1"] = true
	w.unread, w.burst = ports.UnreadCount{Unread: 1}, []string{"2"}
	for _, id := range []string{"1", "2"} {
		if failed := w.handle(t, stored(id, "bob")); len(failed) != 0 {
			t.Fatalf("failed %v", failed)
		}
	}
	if diff := cmp.Diff(map[string][]int{"topic of bob": {1}}, w.sent); diff != "" {
		t.Error(diff)
	}
}

func TestTheNumberEndsAtTheCeiling(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.unread = ports.UnreadCount{Unread: ports.UnreadCeiling}
	if failed := w.handle(t, stored("1", "bob")); len(failed) != 0 || !cmp.Equal(w.sent["topic of bob"], []int{ports.UnreadCeiling}) {
		t.Errorf("failed %v, sent %v", failed, w.sent)
	}
}

// The projections may be behind; a mail is never swallowed for that.
func TestASlowProjectionSwallowsNoMail(t *testing.T) {
	t.Parallel()
	w := newWorld() // neither inbox nor unread know of anything yet
	if failed := w.handle(t, stored("1", "bob"), stored("2", "bob")); len(failed) != 0 {
		t.Fatalf("failed: %v", failed)
	}
	if diff := cmp.Diff(map[string][]int{"topic of bob": {2}}, w.sent); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWasReadMeanwhileNeedsNoMail(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.inbox["1"] = true
	if failed := w.handle(t, stored("1", "bob")); len(failed) != 0 || len(w.sent) != 0 {
		t.Errorf("failed %v, sent %v", failed, w.sent)
	}
}

func TestAFailureGivesTheClaimBackForARetry(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(*world){
		"the mail":   func(w *world) { w.notifyErr = errOut },
		"the user":   func(w *world) { w.userErr = errOut },
		"the inbox":  func(w *world) { w.inboxErr = errOut },
		"the unread": func(w *world) { w.unreadErr = errOut },
	} {
		w := newWorld()
		broken(w)
		if failed := w.handle(t, stored("1", "bob"), stored("2", "bob")); !cmp.Equal(failed, []string{"0", "1"}) || w.released != 1 {
			t.Errorf("%s: failed %v, released %d", name, failed, w.released)
		}
		w.notifyErr, w.userErr, w.inboxErr, w.unreadErr = nil, nil, nil, nil
		if failed := w.handle(t, stored("1", "bob")); len(failed) != 0 || len(w.sent) != 1 {
			t.Errorf("%s: the retry failed %v, sent %v", name, failed, w.sent)
		}
	}
}

func TestAPanicFailsItsRecipientAlone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.covered["carol2"] = true
	w.panics = true
	if failed := w.handle(t, stored("1", "bob"), stored("2", "carol")); !cmp.Equal(failed, []string{"0"}) {
		t.Errorf("failed %v", failed)
	}
}

func TestAnotherWorkersClaimIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.claimed["bob"] = true
	if failed := w.handle(t, stored("1", "bob")); !cmp.Equal(failed, []string{"0"}) || len(w.sent) != 0 {
		t.Errorf("failed %v, sent %v", failed, w.sent)
	}
	w = newWorld()
	w.completeErr = errOut
	if failed := w.handle(t, stored("1", "bob")); !cmp.Equal(failed, []string{"0"}) {
		t.Errorf("a claim that was not completed was reported as done: %v", failed)
	}
}
