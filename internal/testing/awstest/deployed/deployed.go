package deployed

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/adapters/aws/eventbridge"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest"
)

// Deployment is one deployment in one account.
type Deployment struct {
	// Outside counts the effects on the outside world.
	Outside Outside

	t    testing.TB
	cfg  aws.Config
	bus  *eventbridge.Bus
	log  *slog.Logger
	open bool
	// copied is a queue of all events, from which WriteCopy writes the archive's copy.
	copied string

	mu    sync.Mutex
	stack deployment.Deployment
}

// Option changes a deployment.
type Option func(*Deployment)

// OpenRules removes the part of the rules that excludes replayed events, so that only
// the consumers with side effects themselves refuse them.
func OpenRules() Option { return func(d *Deployment) { d.open = true } }

// New creates a deployment with one generation of each projection. The consumers run
// until the test ends.
func New(t testing.TB, cfg aws.Config, options ...Option) *Deployment {
	t.Helper()
	name := awstest.Name("dep")[:12]
	account, err := cfg.Credentials.Retrieve(t.Context()) // the emulator names accounts by their access key
	if err != nil {
		t.Fatal(err)
	}
	d := &Deployment{t: t, cfg: cfg, bus: eventbridge.New(cfg, name), stack: deployment.Deployment{
		Region: cfg.Region, Prefix: name, KeyAdminRoleARN: "arn:aws:iam::" + account.AccessKeyID + ":role/" + name + "-key-admin", BusName: name,
		Rules: map[string]string{}, Queues: map[string]deployment.Queues{}, Tables: map[string]string{},
		Functions: map[string]string{}, Generations: map[string]deployment.Generations{},
	}}
	for _, set := range options {
		set(d)
	}
	d.log = slog.New(&refusals{Handler: slog.DiscardHandler, n: &d.Outside.Refused})
	d.archive(awstest.Bus(t, cfg, name))
	d.archiveCopy()
	d.stack.Tables["notifications"] = name + "-notifications"
	awstest.Table(t, cfg, "notifications", name+"-notifications")
	all, err := events.Subscriptions()
	if err != nil {
		t.Fatal(err)
	}
	for consumer, s := range all {
		if s.Replays {
			d.AddGeneration(consumer)
		}
	}
	for consumer, s := range all {
		if !s.Replays {
			d.consumer(consumer, consumer, s)
		}
	}
	return d
}

func (d *Deployment) archive(busARN string) {
	d.t.Helper()
	out, err := sdk.NewFromConfig(d.cfg).CreateArchive(d.t.Context(), &sdk.CreateArchiveInput{
		ArchiveName: aws.String(d.stack.BusName), EventSourceArn: aws.String(busARN),
		EventPattern: aws.String(`{"source": [{"prefix": "sealpost."}]}`),
	})
	if err != nil {
		d.t.Fatalf("deployed: making the archive: %v", err)
	}
	d.stack.ArchiveARN = aws.ToString(out.ArchiveArn)
}

// AddGeneration creates the next generation of a projection. The first one is live.
func (d *Deployment) AddGeneration(projection string) int {
	d.t.Helper()
	s, err := events.SubscriptionOf(projection)
	if err != nil {
		d.t.Fatal(err)
	}
	d.mu.Lock()
	g := d.stack.Generations[projection]
	n := slices.Max(append([]int{0}, g.Generations...)) + 1
	g.Live, g.Generations = max(g.Live, 1), append(g.Generations, n)
	d.stack.Generations[projection] = g
	key := deployment.Key(projection, n)
	d.stack.Tables[key] = d.stack.BusName + "-" + key
	d.mu.Unlock()
	awstest.Table(d.t, d.cfg, projection, d.stack.BusName+"-"+key)
	d.consumer(projection, key, s)
	return n
}

// SetLive has the effect of the Terraform variable on the description. No query is
// deployed here.
func (d *Deployment) SetLive(projection string, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.stack.Generations[projection]
	g.Live = n
	d.stack.Generations[projection] = g
}

// SetGenerations has the effect of the Terraform variable on the description: only
// these generations remain in it.
func (d *Deployment) SetGenerations(projection string, live int, generations []int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stack.Generations[projection] = deployment.Generations{Live: live, Generations: generations}
}

// consumer creates an instance of a consumer, with its rule and queues, and runs it.
func (d *Deployment) consumer(consumer, key string, s events.Subscription) {
	d.t.Helper()
	name := d.stack.BusName + "-consumers-" + key
	dead, deadARN := awstest.Queue(d.t, d.cfg, name+"-dead", nil)
	undelivered, _ := awstest.Queue(d.t, d.cfg, name+"-undelivered", nil)
	redrive, err := json.Marshal(map[string]any{"deadLetterTargetArn": deadARN, "maxReceiveCount": 5})
	if err != nil {
		d.t.Fatal(err)
	}
	url, arn := awstest.Queue(d.t, d.cfg, name, map[string]string{"RedrivePolicy": string(redrive), "VisibilityTimeout": "1"})
	pattern := map[string]any{"source": []any{map[string]string{"prefix": "sealpost."}}, "detail-type": s.Events}
	if !s.Replays && !d.open {
		pattern["replay-name"] = []any{map[string]bool{"exists": false}}
	}
	raw, err := json.Marshal(pattern)
	if err != nil {
		d.t.Fatal(err)
	}
	group := cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/aws/lambda/" + name)}
	if _, err := cloudwatchlogs.NewFromConfig(d.cfg).CreateLogGroup(d.t.Context(), &group); err != nil {
		d.t.Fatalf("deployed: making log group %s: %v", *group.LogGroupName, err)
	}
	handler, err := d.handler(consumer, key)
	if err != nil {
		d.t.Fatalf("deployed: making consumer %s: %v", key, err)
	}
	awstest.Rule(d.t, d.cfg, d.stack.BusName, name, string(raw), arn)
	rule, err := sdk.NewFromConfig(d.cfg).DescribeRule(d.t.Context(), &sdk.DescribeRuleInput{Name: aws.String(name), EventBusName: aws.String(d.stack.BusName)})
	if err != nil {
		d.t.Fatalf("deployed: looking at rule %s: %v", name, err)
	}
	d.mu.Lock()
	d.stack.Rules[key] = aws.ToString(rule.Arn)
	d.stack.Queues[key] = deployment.Queues{Queue: url, Dead: dead, Undelivered: undelivered}
	d.stack.Functions["consumers-"+key] = name
	d.mu.Unlock()
	d.pump(url, handler)
}

// Publish publishes events with the present time.
func (d *Deployment) Publish(data ...events.Data) {
	d.t.Helper()
	var evs []events.Event
	for _, one := range data {
		evs = append(evs, events.New(time.Now(), one))
	}
	if err := d.bus.Publish(d.t.Context(), evs...); err != nil {
		d.t.Fatalf("deployed: publishing: %v", err)
	}
}

// Stack returns the deployment's present description.
func (d *Deployment) Stack() deployment.Deployment {
	d.t.Helper()
	s, err := deployment.Parse(d.outputs())
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// Prefix returns the prefix of the deployment's names.
func (d *Deployment) Prefix() string { return d.stack.Prefix }

// Config returns a configuration for clients in the deployment's account.
func (d *Deployment) Config() aws.Config { return d.cfg }

// WriteOutputs writes the file that terraform output -json would print.
func (d *Deployment) WriteOutputs(folder string) (path string) {
	d.t.Helper()
	path = filepath.Join(folder, "stack.json")
	if err := os.WriteFile(path, d.outputs(), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d *Deployment) outputs() []byte {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	outputs := map[string]any{}
	for name, value := range map[string]any{
		"region": d.stack.Region, "prefix": d.stack.Prefix, "key_admin_role_arn": d.stack.KeyAdminRoleARN,
		"bus_name": d.stack.BusName, "archive_arn": d.stack.ArchiveARN, "archive_bucket": d.stack.ArchiveBucket, "rules": d.stack.Rules,
		"queues": d.stack.Queues, "tables": d.stack.Tables, "functions": d.stack.Functions, "projection_generations": d.stack.Generations,
	} {
		outputs[name] = map[string]any{"value": value}
	}
	raw, err := json.Marshal(outputs)
	if err != nil {
		d.t.Fatal(err)
	}
	return raw
}

func (d *Deployment) table(key string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stack.Tables[key]
}
