package eventbridge

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/sealpost/sealpost/events"
)

// Limits of one PutEvents call (PutEvents API reference): 1 to 10 entries of together less than 1 MB. AWS
// does not define MB; the smaller meaning is safe.
const (
	maxEntries = 10
	maxBytes   = 1_000_000
)

type outgoing struct {
	event events.Event
	entry types.PutEventsRequestEntry
}

// encode returns the entry of an event. It leaves out Time, so EventBridge uses the time of the call. A
// replay of a time span then has every event that was published in it, and an event that the reconciler
// publishes a day late does not fall into a span that was already replayed. The event's own metadata has the
// time when it happened.
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

// size returns the size as EventBridge counts it (EventBridge User Guide, "Calculating PutEvents event entry
// size"): the bytes of source, detail type and detail. Other members would count too, but our entries do not
// have them.
func (o outgoing) size() int {
	return len(*o.entry.Source) + len(*o.entry.DetailType) + len(*o.entry.Detail)
}

// chunks splits a list into calls within both limits, in order. An entry that is too large (the events' own
// limits prevent that) gets its own call, for EventBridge to refuse.
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
