package deadletters

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// maxHeld is the most messages held of one queue, about 20 MB and a thousand calls. SQS allows 120,000 in
// flight.
const maxHeld = 10_000

const (
	// waitSeconds makes each receive a long poll, which asks all of a queue's servers. A short poll asks only
	// some and misses messages on the others.
	waitSeconds = 1
	// emptyReceives consecutive empty receives end the reading of a queue that should have more messages,
	// because its length is approximate.
	emptyReceives = 3
)

// receiveAll holds the messages of one dead-letter queue.
func (h *Hold) receiveAll(ctx context.Context, c Consumer, url string) error {
	length, err := h.l.length(ctx, url)
	if err != nil {
		return err
	}
	found := 0
	for empty := 0; found < maxHeld; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := h.receive(ctx, c, url)
		if err != nil {
			return err
		}
		if found += n; n > 0 {
			empty = 0
		} else if empty++; found >= length.visible || empty == emptyReceives {
			break
		}
	}
	hidden, more, err := h.l.unseen(ctx, url, length, found)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hidden, h.more = h.hidden+hidden, h.more+more
	return nil
}

// unseen returns the approximate number of messages of a queue that were not found because another client
// holds them, or because of maxHeld. before is the length before the search.
func (l *Letters) unseen(ctx context.Context, url string, before length, found int) (hidden, more int, err error) {
	switch {
	case found >= maxHeld:
		return before.hidden, max(0, before.visible-found), nil
	case found == before.visible:
		return before.hidden, 0, nil
	}
	after, err := l.length(ctx, url)
	if err != nil {
		return 0, 0, err
	}
	hidden = max(0, after.hidden-found)
	if found < before.visible { // received by another client, or deleted
		hidden = max(hidden, before.hidden)
	} // else some of those counted as hidden were just released and are among those found
	return hidden, 0, nil
}

// receive holds up to ten more messages and returns how many of them are new.
func (h *Hold) receive(ctx context.Context, c Consumer, url string) (n int, err error) {
	step, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepLimit)
	defer cancel()
	out, err := h.l.sqs.ReceiveMessage(step, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(url), MaxNumberOfMessages: maxBatch, WaitTimeSeconds: waitSeconds,
		VisibilityTimeout:           visibilitySeconds,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		MessageAttributeNames:       []string{"All"},
	})
	if err != nil {
		return 0, fmt.Errorf("receiving dead letters of %s: %w", c.Key, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range out.Messages {
		id := ID{Consumer: c.Key, Delivery: aws.ToString(m.MessageId)}
		if _, seen := h.held[id]; !seen {
			n++
		}
		// The newest receipt handle of a message counts.
		h.held[id] = &parked{id: id, consumer: c, url: url, message: m}
	}
	return n, nil
}

// length is what a queue reports about its length. All of it is approximate, and up to a minute old (SQS
// developer guide, GetQueueAttributes).
type length struct {
	visible, hidden, delayed int
}

func (n length) empty() bool { return n == length{} }

func (l *Letters) length(ctx context.Context, url string) (n length, err error) {
	const visible, hidden, delayed = types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible, types.QueueAttributeNameApproximateNumberOfMessagesDelayed
	attributes, err := l.attributes(ctx, url, visible, hidden, delayed)
	if err != nil {
		return length{}, err
	}
	for name, into := range map[types.QueueAttributeName]*int{visible: &n.visible, hidden: &n.hidden, delayed: &n.delayed} {
		if *into, err = strconv.Atoi(attributes[string(name)]); err != nil {
			return length{}, fmt.Errorf("%s of %s: %w", name, url, err)
		}
	}
	return n, nil
}

func (l *Letters) attributes(ctx context.Context, url string, names ...types.QueueAttributeName) (map[string]string, error) {
	out, err := l.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(url), AttributeNames: names})
	if err != nil {
		return nil, fmt.Errorf("asking for the state of %s: %w", url, err)
	}
	return out.Attributes, nil
}
