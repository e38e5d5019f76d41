package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/consumers/projector"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
)

// A home is where a script of testdata/bothhomes runs.
type home interface {
	// park publishes events that no consumer understands.
	park(ts *testscript.TestScript, subjects []string)
	// revise changes the version that a consumer sees in an event: 1 is what newer
	// consumers would make of it.
	revise(ts *testscript.TestScript, subject, version string)
	// attempted waits until the consumer has failed at an event of a version, and
	// disturbs nobody who redrives meanwhile.
	attempted(ts *testscript.TestScript, version string)
}

// homeKey is where a script finds its home.
type homeKey struct{}

// Each script in testdata/bothhomes runs in both homes, and sees no difference.
func TestBothHomes(t *testing.T) {
	t.Parallel()
	for name, setUp := range map[string]func(*testing.T, *testscript.Env) error{"embedded": embeddedHome, "AWS": awsHome} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Dir: "testdata/bothhomes", RequireUniqueNames: true,
				Setup: func(env *testscript.Env) error { return setUp(t, env) },
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"until": until, "exits": exits, "letter": letterID,
					"park": func(ts *testscript.TestScript, _ bool, subjects []string) { homeOf(ts).park(ts, subjects) },
					"revise": func(ts *testscript.TestScript, _ bool, args []string) {
						want(ts, args, 2, "revise SUBJECT VERSION")
						homeOf(ts).revise(ts, args[0], args[1])
					},
					"attempted": func(ts *testscript.TestScript, _ bool, args []string) {
						want(ts, args, 1, "attempted VERSION")
						homeOf(ts).attempted(ts, args[0])
					},
				},
			})
		})
	}
}

func homeOf(ts *testscript.TestScript) home {
	h, ok := ts.Value(homeKey{}).(home)
	if !ok {
		ts.Fatalf("there is no home")
	}
	return h
}

// letterID NAME SUBJECT: puts the id of the inbox's dead letter about a subject into $NAME.
func letterID(ts *testscript.TestScript, _ bool, args []string) {
	want(ts, args, 2, "letter NAME SUBJECT")
	ts.Check(ts.Exec("sealpost", "redrive", "--list", "inbox", "--json"))
	var list struct {
		Groups []struct {
			Letters []struct{ ID, Subject string }
		}
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &list))
	for _, g := range list.Groups {
		for _, l := range g.Letters {
			if l.Subject == args[1] {
				ts.Setenv(args[0], l.ID)
				return
			}
		}
	}
	ts.Fatalf("nothing about %s is parked", args[1])
}

// embeddedServer is the home with a server on this machine.
type embeddedServer struct{}

func embeddedHome(_ *testing.T, env *testscript.Env) error {
	env.Values[homeKey{}] = embeddedServer{}
	return setup(env)
}

func (embeddedServer) park(ts *testscript.TestScript, subjects []string) {
	for _, subject := range subjects {
		poison(ts, false, []string{subject})
	}
	person(ts, false, []string{"alice"}) // the server sees what others wrote together with its next own event
	ts.Check(ts.Exec("sealpost", "send", "--to", "alice", "--message", "hello"))
}

func (embeddedServer) revise(ts *testscript.TestScript, subject, version string) {
	for _, old := range []string{"97", "98", "99"} {
		write(ts, `UPDATE event_log SET detail = CAST(replace(CAST(detail AS TEXT), ?, ?) AS BLOB) WHERE subject = ?`,
			fmt.Sprintf(`"version":%s,`, old), fmt.Sprintf(`"version":%s,`, version), subject)
	}
}

func (embeddedServer) attempted(ts *testscript.TestScript, version string) {
	until(ts, false, []string{"version " + version, "sealpost", "redrive", "--list", "inbox", "--json"})
}

// deployedInbox is the home on AWS, with the consumer of the inbox and one that
// nothing comes to.
type deployedInbox struct {
	queues awstest.ConsumerQueues
	sqs    *sqs.Client

	mu       sync.Mutex
	versions map[string]string // by subject
	// attempts are the versions of events that the consumer was given.
	attempts map[string]bool
}

func awsHome(t *testing.T, env *testscript.Env) error {
	server, account := emulator.Ministack(t), emulator.Account(t)
	cfg := server.ConfigFor(account, "test")
	name := awstest.Name("sealpost")
	inboxes := awstest.Consumer(t, cfg, name+"-consumers-inbox-1", "0")
	notify := awstest.Consumer(t, cfg, name+"-consumers-notify", "0")
	table := name + "-inbox-1"
	awstest.Table(t, cfg, "inbox", table)
	h := &deployedInbox{queues: inboxes, sqs: sqs.NewFromConfig(cfg), versions: map[string]string{}, attempts: map[string]bool{}}
	awstest.Serve(t, cfg, inboxes, func(out io.Writer) (lambda.Handler, error) {
		host, err := lambdahost.NewHost(cfg, lambdahost.NewEnv(func(string) (string, bool) { return "", false }), out)
		if err != nil {
			return nil, err
		}
		return lambdahost.Consumer(host)(projector.New(projector.Deps{Projection: projection.Inbox, Store: dynamodb.NewInbox(cfg, table, cursor.Signer{}), Log: host.Log}))
	}).Change(h.newer)
	env.Values[homeKey{}] = h
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL(), "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
		"SEALPOST_STACK": filepath.Join(env.WorkDir, "stack.json"), "HOME": env.WorkDir, "TZ": "UTC", "GORACE": "atexit_sleep_ms=0",
	} {
		env.Setenv(name, value)
	}
	return describe(filepath.Join(env.WorkDir, "stack.json"), name, map[string]awstest.ConsumerQueues{"inbox-1": inboxes, "notify": notify})
}

// describe writes what terraform output -json would print.
func describe(path, name string, consumers map[string]awstest.ConsumerQueues) error {
	queues, functions := map[string]any{}, map[string]string{}
	for key, q := range consumers {
		queues[key] = map[string]string{"queue": q.Queue, "dead": q.Dead, "undelivered": q.Undelivered}
		functions["consumers-"+key] = name + "-consumers-" + key
	}
	outputs := map[string]map[string]any{}
	for output, value := range map[string]any{
		"region": emulator.Region, "bus_name": name, "archive_arn": "arn", "archive_bucket": "", "prefix": name, "key_admin_role_arn": "arn", "rules": map[string]string{}, "tables": map[string]string{},
		"queues": queues, "functions": functions, "projection_generations": map[string]any{"inbox": map[string]any{"live": 1, "generations": []int{1}}},
	} {
		outputs[output] = map[string]any{"sensitive": false, "value": value}
	}
	raw, err := json.Marshal(outputs)
	return errors.Join(err, os.WriteFile(path, raw, 0o600))
}

func (h *deployedInbox) park(ts *testscript.TestScript, subjects []string) {
	for _, subject := range subjects {
		detail, err := events.EncodeDetail(events.New(time.Now(), events.MessageStored{
			MessageID: subject, SenderID: "s", RecipientID: "r", ObjectKey: "messages/" + subject, KeyID: "k", WrappedKey: []byte{1}, Algorithm: "a",
		}))
		ts.Check(err)
		raw, err := json.Marshal(events.Delivery{
			ID: "x", Version: "0", Source: events.SourceMessages, DetailType: string(events.TypeMessageStored), Time: time.Now(),
			Detail: json.RawMessage(strings.Replace(string(detail), goodVersion, badVersion, 1)),
		})
		ts.Check(err)
		_, err = h.sqs.SendMessage(context.Background(), &sqs.SendMessageInput{QueueUrl: aws.String(h.queues.Queue), MessageBody: aws.String(string(raw))})
		ts.Check(err)
	}
}

func (h *deployedInbox) revise(_ *testscript.TestScript, subject, version string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.versions[subject] = version
}

// attempted asks the consumer: to list dead letters takes them out of sight.
func (h *deployedInbox) attempted(ts *testscript.TestScript, version string) {
	comes(ts, "version "+version, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.attempts[version]
	})
}

func (h *deployedInbox) newer(body string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for subject, version := range h.versions {
		if strings.Contains(body, subject) {
			body = strings.Replace(body, badVersion, fmt.Sprintf(`"version":%s,`, version), 1)
			h.attempts[version] = true
		}
	}
	return body
}
