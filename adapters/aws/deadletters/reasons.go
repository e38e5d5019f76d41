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

// Texts in place of a missing reason.
const (
	reasonGone     = "the reason is not in the log (any more)"
	reasonNotFound = "the reason was not found in the log within a minute"
)

const (
	// logReaders is how many logs are read at once. FilterLogEvents has a quota of a few calls per second for
	// each account and region; the SDK waits when it is exceeded.
	logReaders = 4
	readFor    = time.Minute
	// logMargin is how far the clocks of a function and a log may differ.
	logMargin = 5 * time.Minute
)

// Log lines of adapters/aws/lambdahost and internal/delivery that name a delivery.
const (
	lineParked  = "delivery goes to the dead-letter queue" // a warning, so missing if SEALPOST_LOG_LEVEL is error
	lineFailed  = "delivery failed"                        // an error, logged at every attempt
	lineHandled = "delivery handled"
	anyDelivery = "deliveryId"
)

type line struct {
	at         time.Time
	Message    string `json:"message"`
	DeliveryID string `json:"deliveryId"`
	Error      string `json:"error"`
	Receives   int    `json:"receives"`
}

type span struct{ from, to time.Time }

// reasons looks up why letters of one consumer were parked. If the log does not have a reason, the letter's
// Reason says why. The only error is that of the context.
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

// search reads first the time in which the attempts must have been, and then, in case the queue was behind,
// everything from the oldest letter until now.
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

// explaining takes reasons from lines with a message. The newest line counts, because a letter may have been
// parked before under the same id.
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

// spans returns the times in which letters were tried, and joins overlapping ones.
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

// read calls found with each line of a function's log that has a phrase and names a delivery. It searches for
// a phrase and not a JSON pattern, because a phrase also finds lines that the log has wrapped.
func (l *Letters) read(ctx context.Context, c Consumer, phrase string, s span, found func(line)) error {
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(l.logs, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String(c.LogGroup), FilterPattern: aws.String(`"` + phrase + `"`),
		StartTime: aws.Int64(s.from.UnixMilli()), EndTime: aws.Int64(s.to.UnixMilli()),
	})
	for pages.HasMorePages() { // an empty page need not be the last
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

// policy is a queue's retry policy.
type policy struct {
	visibility, delay time.Duration
	receives          int
}

// life is the time from sending to giving up if nothing waits before the message.
func (p policy) life() time.Duration { return p.delay + time.Duration(p.receives)*p.visibility }

func (l *Letters) policy(ctx context.Context, c Consumer) (policy, error) {
	const visible, delay, redrive = types.QueueAttributeNameVisibilityTimeout, types.QueueAttributeNameDelaySeconds, types.QueueAttributeNameRedrivePolicy
	attributes, err := l.attributes(ctx, c.Queue, visible, delay, redrive)
	if err != nil {
		return policy{}, err
	}
	seconds := func(name types.QueueAttributeName) time.Duration {
		n, _ := strconv.Atoi(attributes[string(name)]) // a missing attribute is 0
		return time.Duration(n) * time.Second
	}
	var rule struct {
		MaxReceiveCount json.RawMessage `json:"maxReceiveCount"` // a number, possibly in quotes
	}
	_ = json.Unmarshal([]byte(attributes[string(redrive)]), &rule) // a queue without one has no dead letters
	receives, _ := strconv.Atoi(strings.Trim(string(rule.MaxReceiveCount), `"`))
	return policy{visibility: seconds(visible), delay: seconds(delay), receives: cmp.Or(receives, 1)}, nil
}
