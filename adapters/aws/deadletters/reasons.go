package deadletters

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// What stands in place of a reason that was not found.
const (
	reasonGone     = "the reason is not in the log (any more)"
	reasonNotFound = "the reason was not found in the log within a minute"
)

const (
	// logReaders is how many logs are read at once. FilterLogEvents has a quota of
	// a few calls a second for each account and region; the SDK waits out the rest.
	logReaders = 4
	// readFor bounds how long one function's log is searched for reasons.
	readFor = time.Minute
	// logMargin is how far a function's clock and a log's may be off, and how far
	// apart two searches must be to be worth two.
	logMargin = 5 * time.Minute
)

// The lines of adapters/aws/lambdahost and internal/delivery that name a delivery.
const (
	lineParked  = "delivery goes to the dead-letter queue" // a warning: SEALPOST_LOG_LEVEL may be error
	lineFailed  = "delivery failed"                        // an error, at every attempt
	lineHandled = "delivery handled"
	anyDelivery = "deliveryId"
)

// line is a line of a function's log.
type line struct {
	at         time.Time
	Message    string `json:"message"`
	DeliveryID string `json:"deliveryId"`
	Error      string `json:"error"`
	Receives   int    `json:"receives"`
}

// span is a time from and to.
type span struct{ from, to time.Time }

// reasons looks up why letters of one consumer were parked. What the log does not
// tell is told in the reason's place; an error is only that of the context.
func (l *Letters) reasons(ctx context.Context, c Consumer, letters []*Letter) error {
	search, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	err := l.search(search, c, letters)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, letter := range unexplained(letters) {
		letter.Reason = noReason(err)
	}
	return nil
}

func unexplained(letters []*Letter) (left []*Letter) {
	for _, letter := range letters {
		if letter.Reason == "" {
			left = append(left, letter)
		}
	}
	return left
}

// noReason says why there is none.
func noReason(err error) string {
	var noLog *cwtypes.ResourceNotFoundException
	switch {
	case err == nil, errors.As(err, &noLog):
		return reasonGone
	case errors.Is(err, context.DeadlineExceeded):
		return reasonNotFound
	}
	return "the reason cannot be looked up: " + err.Error()
}

// search looks first in the time in which the attempts must have been, then, for a
// queue that was behind, from the oldest letter up to now.
func (l *Letters) search(ctx context.Context, c Consumer, letters []*Letter) error {
	p, err := l.policy(ctx, c)
	if err != nil {
		return err
	}
	upToNow := func(left []*Letter) []span {
		oldest := slices.MinFunc(left, func(a, b *Letter) int { return a.FirstFailedAt.Compare(b.FirstFailedAt) })
		return []span{{oldest.FirstFailedAt.Add(-logMargin), l.now().Add(logMargin)}}
	}
	attempts := func(left []*Letter) []span { return spans(left, p.life()+logMargin) }
	for _, where := range []func([]*Letter) []span{attempts, upToNow} {
		for _, message := range []string{lineParked, lineFailed} {
			left := unexplained(letters)
			if len(left) == 0 {
				return nil
			}
			for _, s := range where(left) {
				if err := l.read(ctx, c, message, s, explaining(left, message)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// explaining takes reasons from lines with a message. A letter may have been parked
// before under the same id: the newest line counts.
func explaining(letters []*Letter, message string) func(line) {
	byID := map[string]*Letter{}
	for _, letter := range letters {
		byID[letter.ID.Delivery] = letter
	}
	return func(at line) {
		letter := byID[at.DeliveryID]
		if at.Message == message && letter != nil && !at.at.Before(letter.ParkedAt) {
			letter.Reason, letter.Attempts, letter.ParkedAt = at.Error, at.Receives, at.at
		}
	}
}

// spans are the times in which letters were tried, joined where they meet.
func spans(letters []*Letter, life time.Duration) (out []span) {
	byTime := slices.SortedFunc(slices.Values(letters), func(a, b *Letter) int { return a.FirstFailedAt.Compare(b.FirstFailedAt) })
	for _, letter := range byTime {
		s := span{letter.FirstFailedAt.Add(-logMargin), letter.FirstFailedAt.Add(life)}
		if last := len(out) - 1; last >= 0 && !s.from.After(out[last].to) {
			out[last].to = s.to
		} else {
			out = append(out, s)
		}
	}
	return out
}

// read gives each line of a function's log that has a phrase and names a delivery to
// found. A phrase, not a pattern of JSON, finds a line whatever else the log made
// of it.
func (l *Letters) read(ctx context.Context, c Consumer, phrase string, s span, found func(line)) error {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(l.logs, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String(c.LogGroup), FilterPattern: aws.String(`"` + phrase + `"`),
		StartTime: aws.Int64(s.from.UnixMilli()), EndTime: aws.Int64(s.to.UnixMilli()),
	})
	for pages.HasMorePages() { // an empty page is not the last one
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("reading the log %s: %w", c.LogGroup, err)
		}
		for _, e := range page.Events {
			var at line
			if json.Unmarshal([]byte(aws.ToString(e.Message)), &at) == nil && at.DeliveryID != "" {
				at.at = time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC()
				found(at)
			}
		}
	}
	return nil
}

// policy is how a queue tries a delivery again.
type policy struct {
	visibility, delay time.Duration
	receives          int
}

// life is how long it takes from sending to giving up when nothing waits before it.
func (p policy) life() time.Duration { return p.delay + time.Duration(p.receives)*p.visibility }

func (l *Letters) policy(ctx context.Context, c Consumer) (policy, error) {
	const visible, delay, redrive = types.QueueAttributeNameVisibilityTimeout, types.QueueAttributeNameDelaySeconds, types.QueueAttributeNameRedrivePolicy
	attributes, err := l.attributes(ctx, c.Queue, visible, delay, redrive)
	if err != nil {
		return policy{}, err
	}
	seconds := func(name types.QueueAttributeName) time.Duration {
		n, _ := strconv.Atoi(attributes[string(name)]) // what is absent is 0
		return time.Duration(n) * time.Second
	}
	var rule struct {
		MaxReceiveCount json.RawMessage `json:"maxReceiveCount"` // a number, or one in quotes
	}
	_ = json.Unmarshal([]byte(attributes[string(redrive)]), &rule) // a queue without has no dead letters of its own
	receives, _ := strconv.Atoi(strings.Trim(string(rule.MaxReceiveCount), `"`))
	return policy{visibility: seconds(visible), delay: seconds(delay), receives: cmp.Or(receives, 1)}, nil
}
