package deadletters

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/sealpost/sealpost/events"
)

// ID names a dead letter as long as it lies there. Its text is CONSUMER/MESSAGE-ID,
// such as inbox-1/5fea7756-0ea4-451a-a703-a558b933e274.
type ID struct {
	// Consumer is a [Consumer]'s key.
	Consumer string
	// MessageID is SQS's, which SQS keeps when it moves a message to its
	// dead-letter queue: it is the deliveryId in the function's log.
	MessageID string
}

// ErrID means that a text is not CONSUMER/MESSAGE-ID.
var ErrID = errors.New("not the id of a dead letter, which is like inbox-1/5fea7756-0ea4-451a-a703-a558b933e274")

// ParseID reads the text form; its error is ErrID.
func ParseID(text string) (ID, error) {
	consumer, message, _ := strings.Cut(text, "/")
	if consumer == "" || message == "" || strings.Contains(message, "/") {
		return ID{}, fmt.Errorf("%q is %w", text, ErrID)
	}
	return ID{consumer, message}, nil
}

func (id ID) String() string { return id.Consumer + "/" + id.MessageID }

// Letter is a delivery that was given up.
type Letter struct {
	ID ID
	// Type, Subject and EventID are the event's; empty when the body is none.
	Type    events.Type
	Subject string
	EventID string
	// Body is what the consumer got, or would have got.
	Body string
	// Attempts is how often it was tried, 0 when that is not known.
	Attempts int
	// Reason is why it was given up, or why nobody knows.
	Reason string
	// FirstFailedAt is when the delivery began: when the rule put it into the queue,
	// or when EventBridge got an event that the rule could not put there. SQS keeps
	// the time of sending when it moves a message to its dead-letter queue, and
	// does not say when it moved it.
	FirstFailedAt time.Time
	// ParkedAt is when it was given up; zero when that is not known.
	ParkedAt time.Time
}

// parked is a message of a dead-letter queue.
type parked struct {
	id       ID
	consumer Consumer
	// url is the dead-letter queue that it lies in.
	url     string
	message types.Message
}

// undelivered says whether the rule gave it up, and not the consumer.
func (p *parked) undelivered() bool { return p.url == p.consumer.Undelivered }

func (p *parked) sentAt() time.Time {
	ms, err := strconv.ParseInt(p.message.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// The attributes that EventBridge gives to what a rule could not deliver
// (EventBridge user guide, "Using dead-letter queues to process undelivered events").
const (
	attributeErrorCode    = "ERROR_CODE"
	attributeErrorMessage = "ERROR_MESSAGE"
	attributeExhausted    = "EXHAUSTED_RETRY_CONDITION"
	attributeRetries      = "RETRY_ATTEMPTS"
	attributeRule         = "RULE_ARN"
	attributeTarget       = "TARGET_ARN"
)

// letter reads what the message itself says. Of a letter from a dead queue the
// reason is still missing: it is in the log.
func (p *parked) letter() Letter {
	l := Letter{ID: p.id, Body: aws.ToString(p.message.Body), FirstFailedAt: p.sentAt()}
	// A poisoned event is the very thing that lies here: what can be read of it is.
	d, err := events.DecodeDelivery([]byte(l.Body))
	if err == nil {
		var detail struct {
			Metadata struct {
				ID      string `json:"id"`
				Subject string `json:"subject"`
			} `json:"metadata"`
		}
		_ = json.Unmarshal(d.Detail, &detail) // what is missing stays empty
		l.Type, l.Subject, l.EventID = events.Type(d.DetailType), detail.Metadata.Subject, detail.Metadata.ID
	}
	if p.undelivered() {
		p.describeUndelivered(&l, d.Time)
	}
	return l
}

func (p *parked) describeUndelivered(l *Letter, published time.Time) {
	text := func(name string) string { return aws.ToString(p.message.MessageAttributes[name].StringValue) }
	l.ParkedAt = l.FirstFailedAt
	if !published.IsZero() {
		l.FirstFailedAt = published.UTC()
	}
	if retries, err := strconv.Atoi(text(attributeRetries)); err == nil {
		l.Attempts = retries + 1
	}
	l.Reason = "the rule could not put it into the queue"
	for _, name := range []string{attributeErrorCode, attributeErrorMessage, attributeExhausted} {
		if value := text(name); value != "" {
			l.Reason += ": " + value
		}
	}
}
