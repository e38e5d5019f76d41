package rebuild_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/adapters/aws/rebuild"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

// fakeReplay is a replay as EventBridge shows it while it runs, which the emulator's
// never do.
type fakeReplay struct {
	Name     string
	From, To float64
	Started  time.Time
	Rules    []string
	// takes is how long all of it takes. It ends at the fraction ends of it, in state.
	takes time.Duration
	ends  float64
	state string
}

func (r *fakeReplay) describe() map[string]any {
	out := map[string]any{
		"ReplayName": r.Name, "EventStartTime": r.From, "EventEndTime": r.To, "ReplayStartTime": r.Started.Unix(), "State": "STARTING",
		"Destination": map[string]any{"FilterArns": r.Rules},
	}
	part := 1.0
	if r.takes > 0 {
		part = time.Since(r.Started).Seconds() / r.takes.Seconds()
	}
	if r.state == "CANCELLED" {
		part = r.ends
	}
	if part > 0 {
		out["State"] = "RUNNING"
		out["EventLastReplayedTime"] = r.From + min(part, r.ends)*(r.To-r.From)
	}
	if part >= r.ends {
		out["State"], out["StateReason"] = r.state, "because"
	}
	return out
}

// fakeCall is what is looked at of a call.
type fakeCall struct {
	ReplayName, Rule, QueueUrl   string //nolint:revive // AWS's spelling
	EventStartTime, EventEndTime float64
	Destination                  struct{ FilterArns []string }
	ExclusiveStartKey            map[string]map[string]string
	LogGroupName, NextToken      string
	LogEvents                    []struct{ Message string }
}

// fakeAWS answers in the place of all services, in a bubble's time. Its archive and
// its rules are as slow as AWS's may be; its tables are empty.
type fakeAWS struct {
	t *testing.T
	// ahead is how far its clock is ahead.
	ahead time.Duration
	// next is what the next replays take and how they end.
	next []fakeReplay
	// depths is how many messages are in a queue, by the end of its name.
	depths map[string]func() int
	made   time.Time
	// pages is how many pages a segment of a table has.
	pages int
	scans []time.Time

	mu      sync.Mutex
	replays map[string]*fakeReplay
	steps   []ports.RebuildStep
}

const (
	account = "arn:aws:events:eu-central-1:123456789012:"
	queues  = "https://sqs.eu-central-1.amazonaws.com/123456789012/"
)

func newFake(t *testing.T) *fakeAWS {
	return &fakeAWS{t: t, depths: map[string]func() int{}, replays: map[string]*fakeReplay{}, made: time.Now().Add(-time.Minute)}
}

// description is of a deployment that makes the second generation of inbox and unread.
func description() deployment.Deployment {
	s := deployment.Deployment{
		Region: "eu-central-1", BusName: "sealpost-dev", ArchiveARN: account + "archive/sealpost-dev", Rules: map[string]string{},
		Queues: map[string]deployment.Queues{}, Tables: map[string]string{}, Functions: map[string]string{}, Generations: map[string]deployment.Generations{
			"inbox": {Live: 1, Generations: []int{1, 2}}, "unread": {Live: 1, Generations: []int{1, 2}}, "users": {Live: 1, Generations: []int{1}},
		},
	}
	for projection, g := range s.Generations {
		for _, n := range g.Generations {
			key := deployment.Key(projection, n)
			s.Rules[key] = account + "rule/sealpost-dev/" + key
			s.Queues[key] = deployment.Queues{Queue: queues + key, Dead: queues + key + "-dead", Undelivered: queues + key + "-undelivered"}
			s.Tables[key], s.Functions["consumers-"+key] = "table-"+key, "function-"+key
		}
	}
	return s
}

// rebuilder works on the fake, through a transport that can do worse.
func (f *fakeAWS) rebuilder(tr *faults.Transport) *rebuild.Rebuilder {
	return rebuild.New(rebuild.Config{Stack: description(), AWS: faults.Config(tr), Waits: rebuild.DefaultWaits(), Now: time.Now, ReadRate: 1000})
}

// RoundTrip implements [http.RoundTripper].
func (f *fakeAWS) RoundTrip(req *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(req.Body)
	var in fakeCall
	if err = errors.Join(err, json.Unmarshal(raw, &in)); err != nil {
		return nil, err
	}
	target := req.Header.Get("X-Amz-Target")
	operation := target[strings.LastIndexByte(target, '.')+1:]
	f.mu.Lock()
	defer f.mu.Unlock()
	out, code := f.answer(operation, in)
	status := http.StatusOK
	if code != "" {
		status, out = http.StatusBadRequest, map[string]any{"__type": code, "message": "fake"}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	res, err := faults.Answer(status, string(body))(faults.Call{Request: req}, nil)
	res.Header.Set("Date", time.Now().Add(f.ahead).UTC().Format(http.TimeFormat))
	return res, err
}

func (f *fakeAWS) answer(operation string, in fakeCall) (out map[string]any, code string) {
	name := in.ReplayName
	switch operation {
	case "DescribeArchive":
		return map[string]any{"State": "ENABLED", "EventSourceArn": account + "event-bus/sealpost-dev", "CreationTime": f.now().Add(-1000 * time.Hour).Unix()}, ""
	case "DescribeRule":
		return map[string]any{"State": "ENABLED"}, ""
	case "ListTargetsByRule":
		return map[string]any{"Targets": []any{map[string]any{"Id": "queue", "Arn": "arn:aws:sqs:eu-central-1:123456789012:" + in.Rule}}}, ""
	case "ListReplays":
		all := []any{}
		for name := range f.replays {
			all = append(all, map[string]any{"ReplayName": name})
		}
		return map[string]any{"Replays": all}, ""
	case "DescribeReplay":
		return f.replays[name].describe(), ""
	case "StartReplay":
		return f.start(name, in)
	case "CancelReplay":
		replay := f.replays[name]
		if replay.describe()["State"] != "RUNNING" {
			return nil, "IllegalStatusException"
		}
		replay.ends, replay.state = time.Since(replay.Started).Seconds()/replay.takes.Seconds(), "CANCELLED"
		return map[string]any{"State": "CANCELLING"}, ""
	case "GetQueueAttributes":
		n := 0
		if depth := f.depths[strings.TrimPrefix(in.QueueUrl, queues)]; depth != nil {
			n = depth()
		}
		return map[string]any{"Attributes": map[string]string{
			"ApproximateNumberOfMessages": fmt.Sprint(n), "ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
		}}, ""
	case "DescribeTable":
		return map[string]any{"Table": map[string]any{"CreationDateTime": f.made.Unix(), "KeySchema": []any{map[string]any{"AttributeName": "recipientId", "KeyType": "HASH"}}}}, ""
	case "Scan":
		return f.scan(in)
	case "CreateLogStream":
		return map[string]any{}, ""
	case "PutLogEvents":
		return f.log(in)
	case "GetLogEvents":
		return f.logged(in)
	}
	f.t.Errorf("%s is not expected here", operation)
	return nil, "UnknownOperationException"
}

// now is its own time.
func (f *fakeAWS) now() time.Time { return time.Now().Add(f.ahead) }

func (f *fakeAWS) start(name string, in fakeCall) (map[string]any, string) {
	if f.replays[name] != nil {
		return nil, "ResourceAlreadyExistsException"
	}
	replay := fakeReplay{ends: 1, state: "COMPLETED"}
	if len(f.next) > 0 {
		replay, f.next = f.next[0], f.next[1:]
	}
	replay.Name, replay.Started, replay.Rules = name, time.Now(), in.Destination.FilterArns
	replay.From, replay.To = in.EventStartTime, in.EventEndTime
	if replay.To > float64(f.now().Unix()) {
		f.t.Errorf("%s ends in the future, at %v", name, replay.To)
	}
	f.replays[name] = &replay
	return map[string]any{"State": "STARTING"}, ""
}

func (f *fakeAWS) scan(in fakeCall) (map[string]any, string) {
	f.scans = append(f.scans, time.Now())
	page := 1
	if start, ok := in.ExclusiveStartKey["page"]; ok {
		if _, err := fmt.Sscan(start["N"], &page); err != nil {
			f.t.Error(err)
		}
	}
	out := map[string]any{"Items": []any{}, "ConsumedCapacity": map[string]any{"CapacityUnits": 500}}
	if page < f.pages {
		out["LastEvaluatedKey"] = map[string]any{"page": map[string]string{"N": fmt.Sprint(page + 1)}}
	}
	return out, ""
}

func (f *fakeAWS) log(in fakeCall) (map[string]any, string) {
	for _, ev := range in.LogEvents {
		var s ports.RebuildStep
		if err := json.Unmarshal([]byte(ev.Message), &s); err != nil {
			f.t.Error(err)
		}
		f.steps = append(f.steps, s)
	}
	return map[string]any{}, ""
}

// logged gives all lines of the generation that the log group is of.
func (f *fakeAWS) logged(in fakeCall) (map[string]any, string) {
	lines := []any{}
	for _, s := range f.steps {
		if !strings.HasSuffix(in.LogGroupName, "-"+deployment.Key(s.Projection, s.Generation)) {
			continue
		}
		line, err := json.Marshal(s)
		if err != nil {
			f.t.Error(err)
		}
		lines = append(lines, map[string]any{"message": string(line)})
	}
	return map[string]any{"events": lines, "nextForwardToken": in.NextToken}, ""
}

func (f *fakeAWS) recorded(generation string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, s := range f.steps {
		if deployment.Key(s.Projection, s.Generation) == generation {
			all = append(all, s.Step)
		}
	}
	return all
}

func (f *fakeAWS) started() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for name := range f.replays {
		all = append(all, strings.TrimPrefix(name, "sealpost-dev."))
	}
	slices.Sort(all)
	return all
}
