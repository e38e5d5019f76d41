package e2e

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
	"github.com/sealpost/sealpost/ports"
)

// archive makes the bus's archive, in which everything is that the run publishes.
func (w *world) archive(busARN string) {
	w.t.Helper()
	out, err := eventbridge.NewFromConfig(w.admin).CreateArchive(w.t.Context(), &eventbridge.CreateArchiveInput{
		ArchiveName: aws.String(w.prefix), EventSourceArn: aws.String(busARN), EventPattern: aws.String(`{"source": [{"prefix": "sealpost."}]}`),
	})
	w.must("making the archive", err)
	w.archiveARN = aws.ToString(out.ArchiveArn)
}

// rebuilds: the real functions of all projections' second generations are given
// everything that happened in this run, while the others run too. The emulator replays
// to every rule; yet no mail is sent, no key and no topic made, and nobody reads
// anything else than before.
func (w *world) rebuilds(t *testing.T, alice, bob scenario.Person) {
	described := deployment.Deployment{
		Region: emulator.Region, BusName: w.prefix, ArchiveARN: w.archiveARN, Rules: map[string]string{}, Queues: map[string]deployment.Queues{},
		Tables: map[string]string{}, Functions: map[string]string{}, Generations: map[string]deployment.Generations{},
	}
	projections := []string{"users", "inbox", "unread"}
	for _, projection := range projections {
		described.Generations[projection] = deployment.Generations{Live: 1, Generations: []int{1, 2}}
		w.describeGeneration(described, projection, deployment.Key(projection, 1), projection)
		w.secondGeneration(projection)
		w.describeGeneration(described, projection, deployment.Key(projection, 2), deployment.Key(projection, 2))
	}
	w.quiet(t)
	before, messages, begin := w.tables(t, described, 1), inbox(t, bob), w.proxy.mark()

	r := rebuild.New(rebuild.Config{Stack: described, AWS: w.admin, Now: time.Now, ReadRate: 10_000, Waits: rebuild.Waits{
		Lag: time.Second, Settle: time.Second, Poll: 50 * time.Millisecond, Checks: 3, Recheck: 10 * time.Second, RecheckEvery: 100 * time.Millisecond,
	}})
	compared, promoted := 0, ""
	err := r.Do(t.Context(), ports.RebuildRequest{Action: ports.ActionRebuild, Projections: projections}, func(report ports.RebuildReport) {
		if c := report.Comparison; c != nil && c.LiveRows > 0 {
			compared++
		}
		promoted += report.Variables
	})
	if err != nil {
		t.Fatal(err)
	}
	if compared != len(projections) || strings.Count(promoted, "live = 2") != len(projections) {
		t.Errorf("compared %d projections with anything in them, told %s", compared, promoted)
	}
	w.quiet(t)
	for _, action := range []string{"sns.Publish", "sns.CreateTopic", "sns.Subscribe", "TrentService.CreateKey", "AWSEvents.PutEvents"} {
		if n := w.proxy.since(begin, "")[action]; n != 0 {
			t.Errorf("%d calls of %s came of a replay", n, action)
		}
	}
	if after := w.tables(t, described, 1); !maps.Equal(after, before) {
		t.Errorf("the live projections have %v items, and had %v", after, before)
	}
	if after := w.tables(t, described, 2); !maps.Equal(after, before) {
		t.Errorf("the new projections have %v items, the live ones %v", after, before)
	}
	if after := inbox(t, bob); !maps.Equal(after, messages) {
		t.Errorf("bob has %d messages, and had %d", len(after), len(messages))
	}
	id := alice.Post(t, bob.Username, "text/plain", "", []byte("to both generations"))
	eventually.True(t, "the message", func() bool { return inbox(t, bob)[id] == 1 })
}

// secondGeneration makes what a rebuild has Terraform make. The function does not call
// by way of the proxy: what is counted there belongs to the functions that there are.
func (w *world) secondGeneration(projection string) {
	w.t.Helper()
	key := deployment.Key(projection, 2)
	table := w.prefix + "-" + key
	awstest.Table(w.t, w.admin, projection, table)
	queueARN := w.queue(key)
	values := w.policyValues("consumers-"+key, queueARN)
	values[projection+"_table_arn"] = arn("dynamodb", "table/"+table)
	role := w.role("consumers-"+key, policy(w.t, "function-trust", values), policy(w.t, "consumers-"+projection, values))
	f := w.functions["consumers-"+projection]
	environment := w.environment("consumers-"+projection, f)
	environment["AWS_ENDPOINT_URL"] = w.server.URL()
	environment["SEALPOST_"+strings.ToUpper(projection)+"_TABLE"] = table
	w.create("consumers-"+key, "consumers-"+projection, f, role, environment)
	w.mapping("consumers-"+key, queueARN)
}

// describeGeneration puts into a description what Terraform's outputs have of one
// generation, whose parts here have a name behind the prefix.
func (w *world) describeGeneration(s deployment.Deployment, projection, key, name string) {
	w.t.Helper()
	url := func(suffix string) string {
		out, err := sqs.NewFromConfig(w.admin).GetQueueUrl(w.t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(w.prefix + "-" + name + suffix)})
		w.must("finding queue "+name+suffix, err)
		return aws.ToString(out.QueueUrl)
	}
	s.Rules[key] = arn("events", "rule/"+w.prefix+"/"+w.prefix+"-"+name)
	// Rules have no dead-letter queue here.
	s.Queues[key] = deployment.Queues{Queue: url(""), Dead: url("-dead"), Undelivered: url("-dead")}
	s.Tables[key] = w.prefix + "-" + name
	s.Functions["consumers-"+key] = w.prefix + "-consumers-" + name
	_, err := cloudwatchlogs.NewFromConfig(w.admin).CreateLogGroup(w.t.Context(), &cloudwatchlogs.CreateLogGroupInput{
		LogGroupName: aws.String("/aws/lambda/" + s.Functions["consumers-"+key]),
	})
	if err != nil && !strings.Contains(err.Error(), "ResourceAlreadyExists") { // Lambda made it
		w.must("making the log group of "+projection, err)
	}
}

// tables is how many items a generation of each projection has.
func (w *world) tables(t *testing.T, s deployment.Deployment, generation int) map[string]int32 {
	t.Helper()
	n := map[string]int32{}
	for projection := range s.Generations {
		pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(w.admin), &dynamodb.ScanInput{
			TableName: aws.String(s.Tables[deployment.Key(projection, generation)]), ConsistentRead: aws.Bool(true),
		})
		for pages.HasMorePages() {
			out, err := pages.NextPage(t.Context())
			w.must("scanning "+projection, err)
			n[projection] += out.Count
		}
	}
	return n
}

// quiet waits until no consumer has anything to do.
func (w *world) quiet(t *testing.T) {
	t.Helper()
	client := sqs.NewFromConfig(w.admin)
	eventually.Within(t, 2*time.Minute, "every queue is empty", func() bool {
		out, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{QueueNamePrefix: aws.String(w.prefix + "-")})
		w.must("listing queues", err)
		for _, url := range out.QueueUrls {
			// The reconciler's queue holds every notice back.
			if strings.HasSuffix(url, "-dead") || url == w.objectQueue {
				continue
			}
			out, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(url), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
			w.must("looking at a queue", err)
			for name, value := range out.Attributes {
				if strings.HasPrefix(name, "ApproximateNumberOf") && value != "0" {
					return false
				}
			}
		}
		return true
	})
}
