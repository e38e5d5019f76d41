package sns_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/adapters/aws/sns"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

const webURL = "https://sealpost.example.org"

// watched makes topics, and has a queue listen at each: no emulator sends mail. What
// the queue got is what every subscription of the topic got.
type watched struct {
	ports.Topics
	t   *testing.T
	cfg aws.Config

	mu      sync.Mutex
	topicID map[string]string // by address
	queue   map[string]string // URL by topic
	texts   map[string][]string
}

// CreateTopic implements [ports.Topics].
func (w *watched) CreateTopic(ctx context.Context, userID string) (string, error) {
	topicID, err := w.Topics.CreateTopic(ctx, userID)
	if err != nil {
		return "", err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.topicID[userID+"@example.org"] = topicID
	if w.queue[topicID] != "" {
		return topicID, nil
	}
	url, arn := awstest.Queue(w.t, w.cfg, awstest.Name("watch"), nil)
	w.queue[topicID] = url
	_, err = sdk.NewFromConfig(w.cfg).Subscribe(ctx, &sdk.SubscribeInput{
		TopicArn: aws.String(topicID), Protocol: aws.String("sqs"), Endpoint: aws.String(arn),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	return topicID, err
}

// sent returns each text as often as the address is subscribed.
func (w *watched) sent(ctx context.Context, address string) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	topicID := w.topicID[address]
	if topicID == "" {
		return nil, nil
	}
	if err := w.receive(ctx, topicID); err != nil {
		return nil, err
	}
	n, err := subscriptions(ctx, w.cfg, topicID, address)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, text := range w.texts[topicID] {
		for range n {
			out = append(out, text)
		}
	}
	return out, nil
}

func (w *watched) receive(ctx context.Context, topicID string) error {
	client := sqs.NewFromConfig(w.cfg)
	for {
		out, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(w.queue[topicID]), MaxNumberOfMessages: 10})
		if err != nil || len(out.Messages) == 0 {
			return err
		}
		for _, m := range out.Messages {
			w.texts[topicID] = append(w.texts[topicID], aws.ToString(m.Body))
			_, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(w.queue[topicID]), ReceiptHandle: m.ReceiptHandle})
			if err != nil {
				return err
			}
		}
	}
}

// subscriptions counts how often an address is subscribed to a topic.
func subscriptions(ctx context.Context, cfg aws.Config, topicID, address string) (int, error) {
	out, err := sdk.NewFromConfig(cfg).ListSubscriptionsByTopic(ctx, &sdk.ListSubscriptionsByTopicInput{TopicArn: aws.String(topicID)})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, s := range out.Subscriptions {
		if aws.ToString(s.Protocol) == "email" && aws.ToString(s.Endpoint) == address {
			n++
		}
	}
	return n, nil
}

func TestTopics(t *testing.T) {
	t.Parallel()
	portstest.Topics(t, func(t *testing.T) portstest.TopicsAdapter {
		cfg := emulator.Ministack(t).Config(t)
		w := &watched{
			t: t, cfg: cfg, Topics: sns.NewTopics(cfg, "test"),
			topicID: map[string]string{}, queue: map[string]string{}, texts: map[string][]string{},
		}
		return portstest.TopicsAdapter{
			Topics: w, Notifier: sns.NewNotifier(cfg, webURL), Sent: w.sent,
			NewUser: func(context.Context) (string, string, error) {
				id := awstest.Name("user")
				return id, id + "@example.org", nil
			},
		}
	})
}

func TestFaultsWhileATopicIsMade(t *testing.T) {
	t.Parallel()
	for name, inject := range map[string]func(*faults.Transport){
		"every call's first answer is lost": func(tr *faults.Transport) { tr.On("POST /", lostOnce()...) },
		"unavailable":                       func(tr *faults.Transport) { tr.On("POST /", faults.Unavailable(), faults.Unavailable()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := faults.New(http.DefaultTransport)
			inject(tr)
			cfg := faults.Under(emulator.Ministack(t).Config(t), tr)
			topics, userID := sns.NewTopics(cfg, "test"), awstest.Name("user")
			topicID, err := topics.CreateTopic(t.Context(), userID)
			if err != nil {
				t.Fatal(err)
			}
			if err := topics.Subscribe(t.Context(), topicID, "ann@example.org"); err != nil {
				t.Fatal(err)
			}
			tr.Spent(t)
			if again, err := topics.CreateTopic(t.Context(), userID); err != nil || again != topicID {
				t.Errorf("a later call got %s, error %v; want %s", again, err, topicID)
			}
			if n, err := subscriptions(t.Context(), cfg, topicID, "ann@example.org"); err != nil || n != 1 {
				t.Errorf("the address is subscribed %d times, error %v; want once", n, err)
			}
		})
	}
}

// lostOnce loses the first answer of each of the three calls that make a topic and
// subscribe to it.
func lostOnce() []faults.Fault {
	return []faults.Fault{faults.LostResponse(), faults.Pass(), faults.LostResponse(), faults.Pass(), faults.LostResponse(), faults.Pass()}
}

// What SNS knows of a topic, and what a renewal calls besides the listing: an address
// that did not confirm is asked again, which Subscribe does not do, and one that is
// not the user's any more is ended.
func TestARenewal(t *testing.T) {
	t.Parallel()
	const topic = "arn:aws:sns:us-east-1:1:t"
	member := func(endpoint, protocol, arn string) string {
		return `<member><TopicArn>` + topic + `</TopicArn><Protocol>` + protocol + `</Protocol><SubscriptionArn>` + arn +
			`</SubscriptionArn><Endpoint>` + endpoint + `</Endpoint></member>`
	}
	const answer = `<R><SubscribeResult/></R>`
	for name, c := range map[string]struct {
		members            string
		renews, subscribes string
	}{
		"nothing":       {"", "Subscribe", "Subscribe"},
		"not confirmed": {member("ann@example.org", "email", "PendingConfirmation"), "Subscribe", ""},
		"confirmed":     {member("ann@example.org", "email", topic+":1"), "Subscribe", ""},
		"another address": {
			member("old@example.org", "email", topic+":2") + member("older@example.org", "email", "PendingConfirmation") + member("q", "sqs", topic+":3"),
			"Unsubscribe " + topic + ":2, Subscribe", "Subscribe",
		},
	} {
		for what, want := range map[string]string{"renewing": c.renews, "subscribing": c.subscribes} {
			tr := faults.New(nil).On("POST /",
				faults.Answer(200, `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>`+c.members+`</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`),
				faults.Answer(200, answer), faults.Answer(200, answer))
			topics := sns.NewTopics(faults.Config(tr), "test")
			do := topics.Subscribe
			if what == "renewing" {
				do = topics.Renew
			}
			if err := do(t.Context(), topic, "ann@example.org"); err != nil {
				t.Errorf("%s with %s: %v", what, name, err)
			}
			var got []string
			for _, call := range tr.Calls("POST /")[1:] {
				q, err := url.ParseQuery(string(call.Body))
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, strings.TrimSpace(q.Get("Action")+" "+q.Get("SubscriptionArn")))
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%s with %s calls %v, want %s", what, name, got, want)
			}
		}
	}
}

func TestTopicsAreNamedAndTaggedByThePrefix(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	topicID, err := sns.NewTopics(cfg, "sealpost-test").CreateTopic(t.Context(), "user-1")
	if err != nil || !strings.HasSuffix(topicID, ":sealpost-test-user-user-1") {
		t.Fatalf("topic %s, error %v", topicID, err)
	}
	out, err := sdk.NewFromConfig(cfg).ListTagsForResource(t.Context(), &sdk.ListTagsForResourceInput{ResourceArn: aws.String(topicID)})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, tag := range out.Tags {
		got += fmt.Sprintf("%s=%s ", *tag.Key, *tag.Value)
	}
	if !strings.Contains(got, "sealpost:prefix=sealpost-test ") || !strings.Contains(got, "sealpost:userId=user-1 ") {
		t.Errorf("tags %s", got)
	}
}

func TestTheAddressIsInNoError(t *testing.T) {
	t.Parallel()
	const none = `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions/></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`
	const refused = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: Email address ann@nowhere</Message></Error></ErrorResponse>`
	tr := faults.New(nil).On("POST /", faults.Answer(200, none), faults.Answer(400, refused))
	err := sns.NewTopics(faults.Config(tr), "test").Subscribe(t.Context(), "arn:aws:sns:us-east-1:1:t", "ann@nowhere")
	if err == nil || strings.Contains(err.Error(), "ann@") {
		t.Errorf("error %v, want one without the address", err)
	}
}

func TestRetriesOfAPublishAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tr := faults.New(nil).On("POST /", faults.Repeat(50, faults.Unavailable())...)
		err := sns.NewNotifier(faults.Config(tr), "").Notify(t.Context(), "arn:aws:sns:us-east-1:1:t", ports.Notification{})
		if err == nil || errors.Is(err, ports.ErrNotFound) {
			t.Errorf("error %v, want one of the infrastructure", err)
		}
		if n := len(tr.Calls("POST /")); n != 4 {
			t.Errorf("%d calls, want 4", n)
		}
	})
}
