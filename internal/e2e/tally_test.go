package e2e

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// tally is what was counted: the functions' calls by their action, as the proxy saw
// them, and what the functions' own logs say.
type tally struct {
	calls map[string]int
	// events are the entries of the calls of PutEvents.
	events int
	// requests are the invocations for the API, batches those for queues, deliveries
	// what they held; failed are those of them that will come again.
	requests, batches, deliveries, failed int
}

// tally counts the calls after a mark, and all that was ever logged.
func (w *world) tally(t *testing.T, begin int) tally {
	t.Helper()
	n := tally{calls: w.proxy.since(begin, "")}
	for _, c := range w.proxy.seen("")[begin:] {
		if c.Action == "AWSEvents.PutEvents" {
			sources, _ := entriesOf(t, c.Body)
			n.events += len(sources)
		}
	}
	for name, f := range w.functions {
		for _, line := range w.logged(t, name, "invocation done") {
			switch f.Kind {
			case "api":
				n.requests++
			case "consumer":
				n.batches++
				n.deliveries += line.Deliveries
				n.failed += line.Failed
			}
		}
	}
	return n
}

// minus takes away what was logged before.
func (n tally) minus(before tally) tally {
	n.requests -= before.requests
	n.batches -= before.batches
	n.deliveries -= before.deliveries
	n.failed -= before.failed
	return n
}

// plus adds two steps.
func (n tally) plus(other tally) tally {
	sum := map[string]int{}
	for _, calls := range []map[string]int{n.calls, other.calls} {
		for action, k := range calls {
			sum[action] += k
		}
	}
	return tally{
		calls: sum, events: n.events + other.events, requests: n.requests + other.requests,
		batches: n.batches + other.batches, deliveries: n.deliveries + other.deliveries, failed: n.failed + other.failed,
	}
}

// of adds up the calls whose action begins with one of some names.
func (n tally) of(names ...string) (sum int) {
	for action := range maps.Keys(n.calls) {
		for _, name := range names {
			if strings.HasPrefix(action, name) {
				sum += n.calls[action]
			}
		}
	}
	return sum
}

// line is one line of a function's log.
type line struct {
	Msg                string
	Deliveries, Failed int
}

// logged are the lines of a function's log that say something.
func (w *world) logged(t *testing.T, name, message string) (out []line) {
	t.Helper()
	client := cloudwatchlogs.NewFromConfig(w.admin)
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(client, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String("/aws/lambda/" + w.prefix + "-" + name),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		var none *types.ResourceNotFoundException
		if errors.As(err, &none) {
			return nil // it was never called
		}
		if err != nil {
			t.Fatalf("reading the log of %s: %v", name, err)
		}
		for _, e := range page.Events {
			var l line
			if json.Unmarshal([]byte(aws.ToString(e.Message)), &l) == nil && l.Msg == message {
				out = append(out, l)
			}
		}
	}
	return out
}
