package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/consumers/reconcile"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/claimcheck"
	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
)

// world is what the consumer looks at, and counts the looks.
type world struct {
	ports.Inbox
	blobs             map[string]ports.BlobInfo
	inbox             map[string]bool
	blobErr, inboxErr error
	bus               handlertest.Bus
	looks             int
}

func (w *world) DescribeBlob(_ context.Context, key string) (ports.BlobInfo, error) {
	w.looks++
	b, ok := w.blobs[key]
	if !ok && w.blobErr == nil {
		return b, ports.ErrNotFound
	}
	return b, w.blobErr
}

func (w *world) Get(_ context.Context, _, id string) (ports.InboxMessage, error) {
	w.looks++
	if !w.inbox[id] && w.inboxErr == nil {
		return ports.InboxMessage{}, ports.ErrNotFound
	}
	return ports.InboxMessage{ID: id}, w.inboxErr
}

// handle returns the ids of the deliveries that failed.
func (w *world) handle(t *testing.T, bodies ...string) []string {
	t.Helper()
	var batch lambdaevents.SQSEvent
	for i, body := range bodies {
		batch.Records = append(batch.Records, lambdaevents.SQSMessage{MessageId: fmt.Sprint(i), Body: body})
	}
	c := reconcile.New(reconcile.Deps{Blobs: w, Inbox: w, Bus: &w.bus, Log: handlertest.Log})
	return handlertest.Failures(t, c.Handle, batch)
}

// stored adds the object of a message, and returns its event and S3's notice.
func (w *world) stored(id string) (events.Event, string) {
	data := events.MessageStored{
		MessageID: id, SenderID: "s", RecipientID: "r", ObjectKey: "keyed/a b+" + id, KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
	}
	ev := events.New(handlertest.Now().Add(-15*time.Minute), data)
	if w.blobs == nil {
		w.blobs = map[string]ports.BlobInfo{}
	}
	w.blobs[data.ObjectKey] = ports.BlobInfo{Key: data.ObjectKey, Metadata: claimcheck.Metadata(ev.Metadata, data)}
	return ev, notice(data.ObjectKey, 7)
}

// notice is as S3 writes it (S3 User Guide, "Event message structure").
func notice(key string, size int) string {
	return fmt.Sprintf(`{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-central-1",
		"eventTime":"2026-11-24T09:15:00.000Z","eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0",
		"bucket":{"name":"b","arn":"arn:aws:s3:::b"},"object":{"key":%q,"size":%d,"sequencer":"0055AED6DCD90281E5"}}}]}`,
		url.QueryEscape(key), size)
}

func TestCiphertextWithoutItsEventIsAnnounced(t *testing.T) {
	t.Parallel()
	w := &world{inbox: map[string]bool{"known": true}}
	missing, missed := w.stored("missing")
	_, known := w.stored("known")
	if failed := w.handle(t, known, missed); len(failed) != 0 {
		t.Errorf("failed: %v", failed)
	}
	if diff := cmp.Diff([]events.Event{missing}, w.bus.Published()); diff != "" {
		t.Errorf("(-want +published)\n%s", diff)
	}
}

func TestWhatHasNothingToAnnounce(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"deleted meanwhile": notice("keyed/gone", 7),
		"a tombstone":       notice("keyed/gone", 0),
		"S3's test":         `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-24T09:15:00.000Z","Bucket":"b","RequestId":"1","HostId":"2"}`,
	} {
		w := &world{}
		if failed := w.handle(t, body); len(failed) != 0 || len(w.bus.Published()) != 0 {
			t.Errorf("%s: failed %v, published %v", name, failed, w.bus.Published())
		}
	}
}

// What fails comes again, ends in the dead-letter queue, and keeps nothing else from
// being repaired.
func TestEachNoticeFailsByItself(t *testing.T) {
	t.Parallel()
	out := errors.New("out")
	for name, c := range map[string]struct {
		w    *world
		bad  string
		fail []string
	}{
		"no JSON":          {&world{}, "poison", []string{"0"}},
		"no notice":        {&world{}, `{}`, []string{"0"}},
		"no message":       {&world{blobs: map[string]ports.BlobInfo{"foreign": {Key: "foreign"}}}, notice("foreign", 7), []string{"0"}},
		"the store is out": {&world{blobErr: out}, notice("x", 7), []string{"0", "1"}},
		"the inbox is out": {&world{inboxErr: out}, "poison", []string{"0", "1"}},
		"the bus is out":   {&world{bus: handlertest.Bus{Err: out}}, "poison", []string{"0", "1"}},
	} {
		_, good := c.w.stored("m")
		if diff := cmp.Diff(c.fail, c.w.handle(t, c.bad, good)); diff != "" {
			t.Errorf("%s: failed (-want +got)\n%s", name, diff)
		}
		if n := len(c.w.bus.Published()); (n == 1) != (len(c.fail) == 1) {
			t.Errorf("%s: published %d events", name, n)
		}
	}
}

// Ten times the messages are ten times the looks, whatever was stored before.
func TestAMessageCostsTwoLooks(t *testing.T) {
	t.Parallel()
	for _, n := range []int{10, 100} {
		w := &world{inbox: map[string]bool{}}
		for i := range 1000 {
			w.stored(fmt.Sprint("before-", i))
		}
		var notices []string
		for i := range n {
			id := fmt.Sprint("m-", i)
			w.inbox[id] = true
			_, told := w.stored(id)
			notices = append(notices, told)
		}
		if failed := w.handle(t, notices...); len(failed) != 0 || w.looks != 2*n {
			t.Errorf("%d messages: %d looks, want %d; failed %v", n, w.looks, 2*n, failed)
		}
	}
}
