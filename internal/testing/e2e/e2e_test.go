package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/internal/testing/contracttest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

func TestMain(m *testing.M) {
	code := emulator.Run(m)
	if built != "" {
		_ = os.RemoveAll(built) // what is left in a temporary folder fails no test
	}
	os.Exit(code)
}

// TestDeployment makes one deployment and looks at it from all sides, one after the
// other: what was called is counted.
func TestDeployment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	t.Cleanup(func() { w.report(t) })
	home := scenario.World{
		Server: w.front(),
		HTTP:   &http.Client{Transport: contracttest.Transport(t, http.DefaultTransport)},
		// The emulator sends no mail; its every code is this one.
		Code: func(context.Context, string) (string, error) { return "123456", nil },
	}
	t.Run("from sign-up to read", func(t *testing.T) { scenario.FromSignUpToRead(t, home) })
	alice, bob := scenario.Register(t, home, "alice"), scenario.Register(t, home, "bob")
	alice.WaitReady(t)
	bob.WaitReady(t)
	t.Run("the directory", func(t *testing.T) { directory(t, alice) })
	t.Run("the authorizer", func(t *testing.T) { w.theAuthorizer(t, home.Server, alice, bob) })
	t.Run("bad requests", func(t *testing.T) { badRequests(t, home.Server, alice) })
	t.Run("calls of one message", func(t *testing.T) { w.callsOfOneMessage(t, alice, bob) })
	t.Run("calls of a burst", func(t *testing.T) { w.callsOfABurst(t, alice, bob) })
	t.Run("an event that was not published", func(t *testing.T) { w.reconciles(t, alice, bob) })
	t.Run("a user without their event", func(t *testing.T) { w.repairsAtSignIn(t, home, alice) })
	t.Run("a new subscription", func(t *testing.T) { w.renews(t, alice) })
	t.Run("a retry after a lost event", func(t *testing.T) { w.retries(t, alice, bob) })
	t.Run("what callers see of faults", func(t *testing.T) { w.whatCallersSee(t, home.Server, alice, bob) })
	t.Run("a delivery that fails and comes again", func(t *testing.T) { w.comesAgain(t, alice, bob) })
	t.Run("poison", func(t *testing.T) { w.poison(t, alice, bob) })
	t.Run("a rebuild of everything", func(t *testing.T) { w.rebuilds(t, alice, bob) })
	// Behind the rebuild, because it puts events into a queue that never were on the bus.
	t.Run("redrive", func(t *testing.T) { w.redrives(t, bob) })
	t.Run("a bad day", func(t *testing.T) {
		w.proxy.badDay(true)
		defer w.proxy.badDay(false)
		scenario.FromSignUpToRead(t, home)
	})
	t.Run("every call was allowed", w.everyCallWasAllowed)
	t.Run("AWS allows every call", w.awsAllowsEveryCall)
	t.Run("every right was used", w.everyRightWasUsed)
	t.Run("only callers decrypt", w.onlyCallersDecrypt)
}

// directory pages through all users, with the cursors that the functions sign.
func directory(t *testing.T, alice scenario.Person) {
	var names []string
	for page := (client.Page{Limit: 2}); ; {
		list, err := alice.Users(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range list.Users {
			names = append(names, u.Username)
		}
		if page.Cursor = list.Next; page.Cursor == "" {
			break
		}
	}
	if len(names) != 5 || !slices.IsSorted(names) {
		t.Errorf("users %v, want all five in order", names)
	}
}

// everyCallWasAllowed: the policies admit what the functions do.
func (w *world) everyCallWasAllowed(t *testing.T) {
	for _, c := range w.proxy.refused() {
		t.Errorf("%s by %s: %d", c.Action, c.AccessKey, c.Status)
	}
	if n := len(w.proxy.seen(".PutEvents")); n == 0 {
		t.Error("the proxy saw no event published: it proves nothing")
	}
}

// onlyCallersDecrypt: data keys are made by the sender's role and opened by
// sessions of the identity pool, never by the role of a function, and always for
// one recipient.
func (w *world) onlyCallersDecrypt(t *testing.T) {
	functions := map[string]bool{}
	for _, action := range []string{".GetItem", ".PutItem", ".UpdateItem", ".Query", ".PutEvents", ".GenerateDataKey"} {
		for _, c := range w.proxy.seen(action) {
			functions[c.AccessKey] = true
		}
	}
	opened := w.proxy.seen(".Decrypt")
	if len(opened) == 0 {
		t.Fatal("nothing was decrypted")
	}
	for _, c := range opened {
		if c.AccessKey == "" || functions[c.AccessKey] {
			t.Errorf("Decrypt by a function's role, %s", c.AccessKey)
		}
	}
	for _, c := range append(w.proxy.seen(".GenerateDataKey"), opened...) {
		if len(c.EncryptionContext) != 3 || c.EncryptionContext["recipientId"] == "" {
			t.Errorf("%s with the encryption context %v", c.Action, c.EncryptionContext)
		}
	}
}

func post(alice, bob scenario.Person, key, text string) (string, error) {
	return alice.Send(context.Background(), client.Message{
		To: bob.Username, Body: strings.NewReader(text), Size: int64(len(text)), IdempotencyKey: key,
	})
}

// noMessageStored refuses the publishing of MessageStored.
func noMessageStored(action string, body []byte) bool {
	return action == "AWSEvents.PutEvents" && bytes.Contains(body, []byte("MessageStored"))
}

// inbox returns how often each message is in somebody's inbox.
func inbox(t *testing.T, p scenario.Person) map[string]int {
	t.Helper()
	list, err := p.Inbox(t.Context(), false, client.Page{})
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, m := range list.Messages {
		n[m.ID]++
	}
	return n
}

// reconciles: the ciphertext is stored and its event is not, with an idempotency key
// and without. The sender is told that it failed; S3 has told the reconciler of the
// ciphertext, which publishes its event. It lists nothing, and ten times the messages
// are ten times the calls.
func (w *world) reconciles(t *testing.T, alice, bob scenario.Person) {
	w.heldBack("1")
	defer w.heldBack("900")
	before := inbox(t, bob)
	w.proxy.refusing(noMessageStored)
	for _, key := range []string{"", w.prefix + "-never-again"} {
		if id, err := post(alice, bob, key, "found again"); err == nil || !client.HasStatus(err, http.StatusInternalServerError) {
			t.Errorf("message %s, error %v; want a 500", id, err)
		}
	}
	w.proxy.refusing(nil)
	eventually.True(t, "the reconciled messages", func() bool { return len(inbox(t, bob)) == len(before)+2 })
	for id := range inbox(t, bob) {
		if before[id] > 0 {
			continue
		}
		if m, err := bob.Fetch(t.Context(), id); err != nil || string(m.Body) != "found again" {
			t.Errorf("opened %q, error %v", m.Body, err)
		}
	}
	w.heldBack("5") // for the messages to be in the inbox before it looks
	for _, n := range []int{1, 10} {
		begin := len(w.reconcilers())
		for i := range n {
			if _, err := post(alice, bob, "", fmt.Sprint("counted ", i)); err != nil {
				t.Fatal(err)
			}
		}
		looks := func() map[string]int {
			looks := map[string]int{}
			for _, c := range w.reconcilers()[begin:] {
				looks[right(c)]++
			}
			return looks
		}
		eventually.True(t, "the reconciler's looks", func() bool { return looks()["dynamodb:GetItem"] >= n })
		got := looks()
		if got["s3:GetObject"] != n || got["dynamodb:GetItem"] != n || got["s3:ListBucket"] != 0 {
			t.Errorf("%d messages: calls %v, want one look at each object and one into the inbox", n, got)
		}
	}
}

// reconcilers are all calls of the reconciler.
func (w *world) reconcilers() (calls []call) {
	key := w.accessKey("consumers-reconcile")
	for _, c := range w.proxy.seen("") {
		if c.AccessKey == key {
			calls = append(calls, c)
		}
	}
	return calls
}

// retries: the same loss, mended by the sender's retry with the same idempotency
// key. The recipient has the message once.
func (w *world) retries(t *testing.T, alice, bob scenario.Person) {
	before := inbox(t, bob)
	failing := true
	w.proxy.refusing(func(action string, body []byte) bool { return failing && noMessageStored(action, body) })
	if _, err := w.once(t, alice, bob); err == nil {
		t.Error("no error though nothing was published")
	}
	w.proxy.refusing(nil)
	first, err := w.once(t, alice, bob)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.once(t, alice, bob)
	if err != nil || second != first {
		t.Errorf("a further retry got %s, error %v; want %s", second, err, first)
	}
	eventually.True(t, "the message", func() bool { return inbox(t, bob)[first] == 1 })
	if n := len(inbox(t, bob)); n != len(before)+1 {
		t.Errorf("%d messages came of one", n-len(before))
	}
}

// once sends with one idempotency key.
func (w *world) once(t *testing.T, alice, bob scenario.Person) (string, error) {
	t.Helper()
	return post(alice, bob, w.prefix+"-key-1", "once")
}

// poison: a delivery that nobody can read ends in the dead-letter queue, with its
// id, and what comes behind it is handled.
func (w *world) poison(t *testing.T, alice, bob scenario.Person) {
	client := sqs.NewFromConfig(w.admin)
	url := func(name string) *string {
		out, err := client.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(w.prefix + "-" + name)})
		w.must("finding queue "+name, err)
		return out.QueueUrl
	}
	sent, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url(poisoned), MessageBody: aws.String(`{"detail-type": "NoSuchEvent"}`)})
	w.must("sending poison", err)
	id := alice.Post(t, bob.Username, "text/plain", "", []byte("behind the poison"))
	eventually.True(t, "the message behind the poison", func() bool { return inbox(t, bob)[id] == 1 })
	dead := url(poisoned + "-dead")
	eventually.True(t, "the dead letter", func() bool {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: dead, MaxNumberOfMessages: 10, VisibilityTimeout: 1})
		w.must("receiving dead letters", err)
		for _, m := range out.Messages {
			if aws.ToString(m.MessageId) == aws.ToString(sent.MessageId) {
				return true
			}
		}
		return false
	})
}

// report tells of a failed run what was refused.
func (w *world) report(t *testing.T) {
	if !t.Failed() {
		return
	}
	for _, c := range w.proxy.refused() {
		out, err := json.Marshal(map[string]any{"action": c.Action, "by": c.AccessKey, "status": c.Status})
		t.Logf("refused: %s %v", out, err)
	}
	t.Logf("the emulator's log:\n%.20000s", w.server.Log())
}
