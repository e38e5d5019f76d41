package e2e

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// tally is what was counted: the functions' calls by their action, as the proxy saw
// them; invocations, by the line with which Lambda begins each in the function's log;
// and deliveries, by how many of them wait in the queues.
type tally struct {
	calls map[string]int
	// events are the entries of the calls of PutEvents.
	events int
	// requests are the invocations for the API, batches those for queues.
	requests, batches int
	// deliveries were taken out of the queues.
	deliveries int
}

// tally counts the calls after a mark, all invocations that ever were, and the
// deliveries that wait now.
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
		switch f.Kind {
		case "api":
			n.requests += w.invocations(t, name)
		case "consumer":
			n.batches += w.invocations(t, name)
			waiting, taken := w.queued(t, strings.TrimPrefix(name, "consumers-"))
			n.deliveries += waiting + taken
		}
	}
	return n
}

// since is what came of a tally after another. Deliveries are those by which there
// are fewer now.
func (n tally) since(before tally) tally {
	n.requests -= before.requests
	n.batches -= before.batches
	n.deliveries = max(0, before.deliveries-n.deliveries)
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
		batches: n.batches + other.batches, deliveries: n.deliveries + other.deliveries,
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

// invocations counts how often a function was called. What the function itself
// writes may come into ministack's log with the call after.
func (w *world) invocations(t *testing.T, name string) (n int) {
	t.Helper()
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(w.admin), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String("/aws/lambda/" + w.prefix + "-" + name),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		var none *types.ResourceNotFoundException
		if errors.As(err, &none) {
			return 0 // it was never called
		}
		if err != nil {
			t.Fatalf("reading the log of %s: %v", name, err)
		}
		for _, e := range page.Events {
			if strings.HasPrefix(aws.ToString(e.Message), "START RequestId: ") {
				n++
			}
		}
	}
	return n
}
