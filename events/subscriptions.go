package events

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

//go:embed subscriptions/subscriptions.json
var subscriptionsJSON []byte

// maxDelaySeconds is the longest delay of an SQS queue (SetQueueAttributes API reference, DelaySeconds).
const maxDelaySeconds = 900

// Subscription describes which events one consumer takes. Terraform derives the EventBridge rules from the
// same file, and the embedded event log dispatches by it.
type Subscription struct {
	// Consumer is the name of the consumer's folder under consumers/.
	Consumer string `json:"-"`
	Events   []Type `json:"events"`
	// Replays is true only for projections, which a replay of the archive rebuilds. All other consumers have
	// side effects.
	Replays bool `json:"replays"`
	// DelaySeconds is how long a delivery waits before the consumer gets it.
	DelaySeconds int `json:"delaySeconds"`
}

// Takes reports whether the consumer takes events of the type.
func (s Subscription) Takes(t Type) bool { return slices.Contains(s.Events, t) }

// Subscriptions returns every consumer's subscription by the consumer's name.
func Subscriptions() (map[string]Subscription, error) {
	return parseSubscriptions(subscriptionsJSON)
}

// SubscriptionOf returns the subscription of one consumer. A consumer that is not in the file is an error,
// because it would never get an event.
func SubscriptionOf(consumer string) (Subscription, error) {
	all, err := Subscriptions()
	if err != nil {
		return Subscription{}, err
	}
	s, ok := all[consumer]
	if !ok {
		return Subscription{}, fmt.Errorf("subscriptions.json names no consumer %q", consumer)
	}
	return s, nil
}

func parseSubscriptions(raw []byte) (map[string]Subscription, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var all map[string]Subscription
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("subscriptions.json: %w", err)
	}
	for name, s := range all {
		s.Consumer = name
		if len(s.Events) == 0 {
			return nil, fmt.Errorf("subscriptions.json: %s takes no events", name)
		}
		for _, t := range s.Events {
			if _, known := definitions[t]; !known {
				return nil, fmt.Errorf("subscriptions.json: %s takes %w %q", name, ErrUnknownEvent, t)
			}
		}
		if s.DelaySeconds < 0 || s.DelaySeconds > maxDelaySeconds {
			return nil, fmt.Errorf("subscriptions.json: %s waits %d seconds, want 0 to %d", name, s.DelaySeconds, maxDelaySeconds)
		}
		all[name] = s
	}
	return all, nil
}
