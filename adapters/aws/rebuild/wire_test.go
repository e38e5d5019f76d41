package rebuild_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest/deployed"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/ports"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// hasty are the waits for an emulator, whose archive and rules are never behind. A
// second is the least: times of events have no fractions.
var hasty = rebuild.Waits{
	Lag: time.Second, Settle: time.Second, Poll: 20 * time.Millisecond, Checks: 3, Recheck: 8 * time.Second, RecheckEvery: 400 * time.Millisecond,
}

// reports is what a Rebuilder reports.
type reports struct {
	notes       []string
	progress    []ports.RebuildProgress
	comparisons []ports.GenerationComparison
	state       *ports.RebuildState
	variables   string
}

func (o *reports) add(r ports.RebuildReport) {
	switch {
	case r.Progress != nil:
		o.progress = append(o.progress, *r.Progress)
	case r.Comparison != nil:
		o.comparisons = append(o.comparisons, *r.Comparison)
	case r.State != nil:
		o.state = r.State
	case r.Variables != "":
		o.variables = r.Variables
	default:
		o.notes = append(o.notes, r.Note)
	}
}

// ask has something done to a deployment as it is described now.
func ask(ctx context.Context, cfg aws.Config, d *deployed.Deployment, request ports.RebuildRequest) (reports, error) {
	return askWith(ctx, cfg, d, hasty, request)
}

// briefly is for generations that differ for good.
func briefly() rebuild.Waits {
	w := hasty
	w.Recheck, w.RecheckEvery = 100*time.Millisecond, 50*time.Millisecond
	return w
}

func askWith(ctx context.Context, cfg aws.Config, d *deployed.Deployment, waits rebuild.Waits, request ports.RebuildRequest) (reports, error) {
	var out reports
	r := rebuild.New(rebuild.Config{Stack: d.Stack(), AWS: cfg, Waits: waits, Now: time.Now, ReadRate: 10_000})
	err := r.Do(ctx, request, out.add)
	return out, err
}

func do(action ports.RebuildAction, projections ...string) ports.RebuildRequest {
	return ports.RebuildRequest{Action: action, Projections: projections}
}

func steps(s *ports.RebuildState) []string {
	var all []string
	for _, step := range s.Steps {
		all = append(all, fmt.Sprintf("%s-%d %s", step.Projection, step.Generation, step.Step))
	}
	slices.Reverse(all)
	return all
}

// story publishes messages of three users, half of them read, and waits until the live
// projections have them.
func story(t *testing.T, d *deployed.Deployment, messages int) {
	t.Helper()
	var all []events.Data
	for i := range messages {
		id, user := fmt.Sprintf("m%03d-%d", i, time.Now().UnixNano()), fmt.Sprintf("u%d", i%3)
		all = append(all, stored(id, user))
		if i%2 == 0 {
			all = append(all, events.MessageRead{MessageID: id, RecipientID: user})
		}
	}
	for batch := range slices.Chunk(all, 10) {
		d.Publish(batch...)
	}
	settled(t, d)
}

// settled waits until every consumer has had everything.
func settled(t *testing.T, d *deployed.Deployment) {
	t.Helper()
	if err := d.Idle(t.Context(), eventually.Patience); err != nil {
		t.Fatal(err)
	}
}

func stored(id, user string) events.MessageStored {
	return events.MessageStored{
		MessageID: id, SenderID: "s", RecipientID: user, ObjectKey: "messages/" + id, KeyID: "k", WrappedKey: []byte{1, 2}, Algorithm: "a", Size: 3,
	}
}

// rows is a whole table.
func rows(t testing.TB, cfg aws.Config, table string) []string {
	t.Helper()
	var all []string
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(cfg), &dynamodb.ScanInput{TableName: aws.String(table), ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range out.Items {
			text := ""
			for _, name := range slices.Sorted(maps.Keys(item)) {
				text += fmt.Sprintf("%s=%v ", name, reflect.ValueOf(item[name]).Elem().FieldByName("Value"))
			}
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

// lasting are the rows of a table but for those that DynamoDB will delete.
func lasting(t testing.TB, cfg aws.Config, table string) []string {
	t.Helper()
	return slices.DeleteFunc(rows(t, cfg, table), func(row string) bool { return strings.Contains(row, "expiresAt=") })
}

// A rebuild from the first command to the promotion and back, over the wire.
func TestRebuild(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	d := deployed.New(t, cfg)
	story(t, d, 40)

	out, err := ask(t.Context(), cfg, d, do(ports.ActionRebuild, "inbox", "unread"))
	want := `projection_generations = {
  inbox  = { live = 1, generations = [1, 2] }
  unread = { live = 1, generations = [1, 2] }
  users  = { live = 1, generations = [1] }
}`
	if !errors.Is(err, ports.ErrApplyFirst) || out.variables != want {
		t.Fatalf("got %v and %s", err, out.variables)
	}
	d.AddGeneration("inbox")
	d.AddGeneration("unread")
	d.Publish(stored("live", "u0")) // before anything is replayed

	out, err = ask(t.Context(), cfg, d, do(ports.ActionRebuild, "inbox", "unread"))
	if err != nil {
		t.Fatalf("%v, having reports %+v", err, out)
	}
	if !strings.Contains(out.variables, "inbox  = { live = 2, generations = [1, 2] }") || !strings.Contains(out.variables, "unread = { live = 2,") {
		t.Errorf("reports %s", out.variables)
	}
	if len(out.comparisons) != 2 || out.comparisons[0].LiveRows != 41 || out.comparisons[0].CandidateRows != 41 || out.comparisons[0].Users != 3 {
		t.Errorf("compared %+v", out.comparisons)
	}
	// The digests are not taken at their word.
	s := d.Stack()
	for _, projection := range []string{"inbox", "unread"} {
		if a, b := lasting(t, cfg, s.Tables[projection+"-1"]), lasting(t, cfg, s.Tables[projection+"-2"]); len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("%s: %d and %d rows", projection, len(a), len(b))
		}
	}
	checkReplay(t, cfg, d)

	out, err = ask(t.Context(), cfg, d, do(ports.ActionStatus))
	if err != nil || !slices.Contains(steps(out.state), "inbox-2 compared") || !slices.Contains(steps(out.state), "unread-2 advised") {
		t.Errorf("%v, steps %v", err, steps(out.state))
	}
	if c := out.state.Projections[0].Candidate; len(out.state.Projections) != 3 || c == nil || c.Generation != 2 || c.State != ports.CandidateFilled || c.Done == 0 || c.Done != c.Total {
		t.Errorf("state %+v", out.state.Projections)
	}
	d.SetLive("inbox", 2)
	out, err = ask(t.Context(), cfg, d, do(ports.ActionRollback, "inbox"))
	if err != nil || !strings.Contains(out.variables, "inbox  = { live = 1, generations = [1, 2] }") {
		t.Errorf("%v and %s", err, out.variables)
	}
	out, err = ask(t.Context(), cfg, d, do(ports.ActionDrop, "inbox"))
	if err != nil || !strings.Contains(out.variables, "inbox  = { live = 2, generations = [2] }") {
		t.Errorf("%v and %s", err, out.variables)
	}
}

// checkReplay: the replay named the rules of the candidates and no others.
func checkReplay(t *testing.T, cfg aws.Config, d *deployed.Deployment) {
	t.Helper()
	s := d.Stack()
	out, err := eventbridge.NewFromConfig(cfg).DescribeReplay(t.Context(), &eventbridge.DescribeReplayInput{ReplayName: aws.String(s.BusName + ".inbox-2.unread-2.1")})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Destination.FilterArns; !slices.Equal(got, []string{s.Rules["inbox-2"], s.Rules["unread-2"]}) {
		t.Errorf("it names %v", got)
	}
}

// Messages come and are read all the while. Both generations have them in the end.
func TestRebuildWhileMessagesCome(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	d := deployed.New(t, cfg)
	story(t, d, 20)
	d.AddGeneration("inbox")
	d.AddGeneration("unread")
	rebuilt := make(chan error, 1)
	go func() {
		_, err := ask(t.Context(), cfg, d, do(ports.ActionRebuild, "inbox", "unread"))
		rebuilt <- err
	}()
	// At most so many, and no faster than consumers in the test's own process keep up with: on a busy machine a rebuild
	// takes minutes, and the queues would not be empty for as long after it.
	const most = 150
	n := 0
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for done := false; !done; n++ {
		if n == most {
			tick.Stop()
		}
		select {
		case err := <-rebuilt:
			if err != nil {
				t.Error(err)
			}
			done = true
		case <-tick.C:
		}
		id := fmt.Sprintf("live-%d", n)
		d.Publish(stored(id, "u1"))
		if n%2 == 0 {
			d.Publish(events.MessageRead{MessageID: id, RecipientID: "u1"})
		}
	}
	settled(t, d)
	s := d.Stack()
	for _, projection := range []string{"inbox", "unread"} {
		a, b := lasting(t, cfg, s.Tables[projection+"-1"]), lasting(t, cfg, s.Tables[projection+"-2"])
		if len(a) < n || !slices.Equal(a, b) {
			t.Errorf("%s: %d and %d rows, after %d live messages", projection, len(a), len(b), n)
		}
	}
	t.Logf("%d messages came meanwhile", n)
}
