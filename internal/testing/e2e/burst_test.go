package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// burst is how many messages fill a batch of every consumer that a message has.
const burst = 10

// consumersOf are the consumers of the events of messages. All of them take
// MessageStored, and the projections MessageRead.
var (
	projections = []string{"inbox", "unread"}
	consumersOf = append([]string{"notify"}, projections...)
)

// announcing is the step that a mail is sent in.
const announcing = "announce"

// step is what is done to a burst, and what was counted meanwhile.
type step struct {
	name string
	do   func()
	tally
}

// callsOfABurst sends ten messages to one person, who opens and reads them, step by
// step: consumers are held until their queues are full, so that every batch is one of
// ten. What each step costs is compared with the docs.
func (w *world) callsOfABurst(t *testing.T, alice, bob scenario.Person) {
	var ids []string
	each := func(do func(id string) error) {
		for _, id := range ids {
			if err := do(id); err != nil {
				t.Fatal(err)
			}
		}
	}
	steps := []*step{
		{name: "send", do: func() {
			for i := range burst {
				ids = append(ids, alice.Post(t, bob.Username, "text/plain", "", []byte("message "+strconv.Itoa(i))))
			}
			w.waitQueued(t, burst, consumersOf...)
		}},
		{name: "deliver", do: func() { w.hold(t, false, projections...); w.waitQueued(t, 0, projections...) }},
		{name: announcing, do: func() { w.hold(t, false, "notify"); w.waitQueued(t, 0, "notify") }},
		{name: "open", do: func() {
			each(func(id string) error { _, err := bob.Fetch(t.Context(), id); return err })
			w.hold(t, true, projections...)
		}},
		{name: "mark as read", do: func() {
			each(func(id string) error { return bob.MarkRead(t.Context(), id) })
			w.waitQueued(t, burst, projections...)
		}},
		{name: "deliver that", do: func() { w.hold(t, false, projections...); w.waitQueued(t, 0, projections...) }},
	}
	w.waitQueued(t, 0, consumersOf...)
	w.hold(t, true, consumersOf...)
	for _, s := range steps {
		before := w.tally(t, 0)
		begin := w.proxy.mark()
		s.do()
		s.tally = w.tally(t, begin).since(before)
	}
	w.compareWithDocs(t, steps)
}

// hold holds consumers back, or lets them go on.
func (w *world) hold(t *testing.T, back bool, consumers ...string) {
	t.Helper()
	client := lambda.NewFromConfig(w.admin)
	for _, name := range consumers {
		_, err := client.UpdateEventSourceMapping(t.Context(), &lambda.UpdateEventSourceMappingInput{
			UUID: aws.String(w.mappings["consumers-"+name]), Enabled: aws.Bool(!back),
		})
		if err != nil {
			t.Fatalf("holding %s back: %v", name, err)
		}
	}
}

// waitQueued waits until the queue of each consumer has so many deliveries, and none
// is being handled.
func (w *world) waitQueued(t *testing.T, n int, consumers ...string) {
	t.Helper()
	for _, name := range consumers {
		eventually.True(t, fmt.Sprintf("%d deliveries in the queue of %s", n, name), func() bool {
			waiting, taken := w.queued(t, name)
			return waiting == n && taken == 0
		})
	}
}

// queued counts the deliveries in a consumer's queue: those that wait, and those that
// were taken and not deleted yet, as they are while they are being handled and, when
// that failed, until they come again.
func (w *world) queued(t *testing.T, consumer string) (waiting, taken int) {
	t.Helper()
	client := sqs.NewFromConfig(w.admin)
	url, err := client.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(w.prefix + "-" + consumer)})
	if err != nil {
		t.Fatal(err)
	}
	names := []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessages, types.QueueAttributeNameApproximateNumberOfMessagesNotVisible}
	out, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: url.QueueUrl, AttributeNames: names})
	if err != nil {
		t.Fatal(err)
	}
	numbers := [2]int{}
	for i, name := range names {
		if numbers[i], err = strconv.Atoi(out.Attributes[string(name)]); err != nil {
			t.Fatalf("%s of queue %s: %v", name, consumer, err)
		}
	}
	return numbers[0], numbers[1]
}

// perMessage writes a number of a burst for one message, "" for none.
func perMessage(n int) string {
	if n == 0 {
		return ""
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(n)/burst, 'f', -1, 64), ".0")
}
