package eventbridge

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/sealpost/sealpost/events"
)

// The limits of one PutEvents call (PutEvents API reference): 1 to 10 entries,
// whose sizes together are less than 1 MB. AWS does not say which MB; the smaller
// one is safe.
const (
	maxEntries = 10
	maxBytes   = 1_000_000
)

// outgoing is an event and the entry that it goes out as.
type outgoing struct {
	event events.Event
	entry types.PutEventsRequestEntry
}

// encode makes the entry of an event. Time is left out on purpose: EventBridge
// then takes the time of the call, so that a replay of a span of time has every
// event that was published in it, and one that the reconciler publishes a day
// late does not slip into a span that was replayed already. When it happened is
// in the event's own metadata.
func encode(bus string, ev events.Event) (outgoing, error) {
	detail, err := events.EncodeDetail(ev)
	if err != nil {
		return outgoing{}, err
	}
	return outgoing{ev, types.PutEventsRequestEntry{
		EventBusName: aws.String(bus),
		Source:       aws.String(ev.Source()),
		DetailType:   aws.String(string(ev.Type())),
		Detail:       aws.String(string(detail)),
	}}, nil
}

// size is as EventBridge counts it (EventBridge User Guide, "Calculating PutEvents
// event entry size"): the bytes of source, detail type and detail, and more for
// members that our entries do not have.
func (o outgoing) size() int {
	return len(*o.entry.Source) + len(*o.entry.DetailType) + len(*o.entry.Detail)
}

// chunks cuts a list into calls that respect both limits, in order. An entry that
// is too large by itself (the events' own limits keep every one far below) gets a
// call of its own, for EventBridge to refuse.
func chunks(all []outgoing) [][]outgoing {
	var out [][]outgoing
	start, bytes := 0, 0
	for i, o := range all {
		size := o.size()
		if i > start && (i-start == maxEntries || bytes+size >= maxBytes) {
			out = append(out, all[start:i])
			start, bytes = i, 0
		}
		bytes += size
	}
	if start < len(all) {
		out = append(out, all[start:])
	}
	return out
}
