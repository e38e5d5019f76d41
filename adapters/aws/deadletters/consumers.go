package deadletters

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/ports"
)

// Consumer has the names of one consumer's resources.
type Consumer struct {
	// Key is the consumer's name: "notify", or "inbox-1" for a projection's generation.
	Key string
	// Queue, Dead and Undelivered are the URLs of its queue, of the queue's dead-letter queue and of the
	// rule's dead-letter queue.
	Queue, Dead, Undelivered string
	// LogGroup is the log group of its function.
	LogGroup string
}

// ConsumersOf returns all consumers of a deployment, by key.
func ConsumersOf(s deployment.Deployment) (consumers []Consumer) {
	for _, key := range slices.Sorted(maps.Keys(s.Queues)) {
		q := s.Queues[key]
		consumers = append(consumers, Consumer{
			Key: key, Queue: q.Queue, Dead: q.Dead, Undelivered: q.Undelivered, LogGroup: "/aws/lambda/" + s.Functions["consumers-"+key],
		})
	}
	return consumers
}

// named reports whether a name means the consumer: its key, its projection, or its queue's name, which alarms
// show.
func (c Consumer) named(name string) bool {
	return name == "" || c.Key == name || projectionOf(c.Key) == name || path.Base(c.Queue) == name
}

// projectionOf returns the projection of a key such as inbox-2, or "" for other keys.
func projectionOf(key string) string {
	i := strings.LastIndexByte(key, '-')
	if i < 0 || strings.Trim(key[i+1:], "0123456789") != "" {
		return ""
	}
	return key[:i]
}

// selected returns the consumers that a filter selects. Its errors are those of [ports.DeadLetters].
func (l *Letters) selected(f ports.DeadLetterFilter) (found []Consumer, err error) {
	var keys []string
	for _, c := range l.consumers {
		keys = append(keys, c.Key)
		if c.named(f.Consumer) {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w %q; there are %s", ports.ErrNoConsumer, f.Consumer, strings.Join(keys, ", "))
	}
	if len(f.IDs) == 0 {
		return found, nil
	}
	wanted := map[string]bool{}
	for _, id := range f.IDs {
		if !slices.Contains(keys, id.Consumer) {
			return nil, fmt.Errorf("%q is %w", id, ports.ErrDeadLetterID)
		}
		if !slices.ContainsFunc(found, func(c Consumer) bool { return c.Key == id.Consumer }) {
			return nil, fmt.Errorf("%s is %w %s", id, ports.ErrOtherConsumer, f.Consumer)
		}
		wanted[id.Consumer] = true
	}
	return slices.DeleteFunc(found, func(c Consumer) bool { return !wanted[c.Key] }), nil
}
