package main

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sealpost/sealpost/adapters/aws/deadletters"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/ports"
)

// emulatedInbox is a deployment in an emulator, with the consumer of the inbox.
type emulatedInbox struct {
	sqs      *sqs.Client
	letters  *deadletters.Letters
	consumer deadletters.Consumer
}

// newEmulatedInbox points this process at a deployment.
func newEmulatedInbox(t *testing.T) emulatedInbox {
	t.Helper()
	server := emulator.Ministack(t)
	env := &testscript.Env{WorkDir: t.TempDir(), Values: map[any]any{}}
	if err := awsHome(t, env); err != nil {
		t.Fatal(err)
	}
	for _, variable := range env.Vars {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	h, ok := env.Values[homeKey{}].(*deployedInbox)
	if !ok {
		t.Fatal("there is no home")
	}
	e := emulatedInbox{
		sqs:      h.sqs,
		consumer: deadletters.Consumer{Key: "inbox-1", Queue: h.queues.Queue, Dead: h.queues.Dead, Undelivered: h.queues.Undelivered, LogGroup: h.queues.LogGroup},
	}
	e.letters = deadletters.New(server.ConfigFor(env.Getenv("AWS_ACCESS_KEY_ID"), "test"), []deadletters.Consumer{e.consumer}, time.Now)
	return e
}

// park puts something into the dead-letter queue that the consumer fails at.
func (e emulatedInbox) park(t *testing.T) ports.DeadLetterID {
	t.Helper()
	sent, err := e.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(e.consumer.Dead), MessageBody: aws.String("no event at all")})
	if err != nil {
		t.Fatal(err)
	}
	return ports.DeadLetterID{Consumer: e.consumer.Key, Delivery: aws.ToString(sent.MessageId)}
}

// hide holds what is parked.
func (e emulatedInbox) hide(t *testing.T) ports.HeldDeadLetters {
	t.Helper()
	hold, err := e.letters.Hold(t.Context(), ports.DeadLetterFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return hold
}

// visible is how many letters can be received now.
func (e emulatedInbox) visible(t *testing.T) string {
	t.Helper()
	const attribute = types.QueueAttributeNameApproximateNumberOfMessages
	out, err := e.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(e.consumer.Dead), AttributeNames: []types.QueueAttributeName{attribute}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Attributes[string(attribute)]
}

// A redrive beside somebody who looks at the letters is neither told that there are
// none nor done: it waits for them. Its environment is the process's, so it runs alone.
func TestRedriveWaitsForHiddenLetters(t *testing.T) {
	e := newEmulatedInbox(t)
	id := e.park(t)
	hold := e.hide(t)
	for _, c := range []struct {
		args, stdout string
		exit         int
	}{
		{"redrive --list", "Nothing can be read.\nAbout 1 delivery cannot be read: another command holds them, or did a minute ago.\n", 0},
		{"redrive --dry-run", "Nothing can be read.\nAbout 1 delivery cannot be read", 0},
		{"redrive --dry-run --json", `"hidden": 1`, 0},
		{"redrive --show " + id.String(), "", cli.ExitUnavailable},
		{"redrive --no-wait", "Nothing was redriven.\nAbout 1 delivery cannot be read", cli.ExitUnavailable},
		{"redrive --no-wait --json inbox", `"hidden": 1`, cli.ExitUnavailable},
		{"redrive --no-wait --id " + id.String(), "", cli.ExitUnavailable},
	} {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), strings.Fields(c.args), strings.NewReader(""), &stdout, &stderr)
		if code != c.exit || !strings.Contains(stdout.String(), c.stdout) || strings.Contains(stdout.String(), "is parked") {
			t.Errorf("%s: exit %d, %s%s", c.args, code, stdout.String(), stderr.String())
		}
		if code != 0 && !strings.Contains(stderr.String(), "the same command again in a minute") {
			t.Errorf("%s: %s", c.args, stderr.String())
		}
	}

	e.park(t) // this one is in sight
	var stdout bytes.Buffer
	stderr, code := &heard{}, make(chan int, 1)
	go func() { code <- run(t.Context(), []string{"redrive", "inbox"}, strings.NewReader(""), &stdout, stderr) }()
	eventually.True(t, "the redrive to wait", func() bool {
		return strings.Contains(stderr.String(), "cannot be read: another command holds them, or did a minute ago. Waiting for them, 1m5")
	})
	// What it has moved fails again, and is not redriven a second time when it is back.
	eventually.True(t, "the other to be parked again", func() bool { return e.visible(t) == "1" })
	if err := hold.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-code; got != cli.ExitFailure || !strings.Contains(stdout.String(), "Redrove 2 deliveries: 0 delivered, 2 failed again, 0 waiting.\n") {
		t.Errorf("exit %d: %s%s", got, stdout.String(), stderr.String())
	}
}

// heard is written and read at the same time.
type heard struct {
	mu  sync.Mutex
	all strings.Builder
}

var _ io.Writer = (*heard)(nil)

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all.String()
}
