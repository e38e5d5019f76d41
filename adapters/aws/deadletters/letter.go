package deadletters

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// ID is that of package ports. Its Delivery is the SQS message id, which SQS keeps when it moves a message to
// a dead-letter queue, and which the function logs as deliveryId.
type ID = ports.DeadLetterID

// Letter is that of package ports. FirstFailedAt is when the delivery began: when the rule put it into the
// queue, or when EventBridge received an event that the rule could not put there. SQS keeps the send time
// when it moves a message to a dead-letter queue, and does not record the time of the move.
type Letter = ports.DeadLetter

type parked struct {
	id       ID
	consumer Consumer
	// url is its dead-letter queue.
	url     string
	message types.Message
}

// undelivered reports whether the rule and not the consumer gave up.
func (p *parked) undelivered() bool { return p.url == p.consumer.Undelivered }

func (p *parked) sentAt() time.Time {
	ms, err := strconv.ParseInt(p.message.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// Attributes that EventBridge adds to an event that a rule could not deliver (EventBridge user guide, "Using
// dead-letter queues to process undelivered events").
const (
	attributeErrorCode    = "ERROR_CODE"
	attributeErrorMessage = "ERROR_MESSAGE"
	attributeExhausted    = "EXHAUSTED_RETRY_CONDITION"
	attributeRetries      = "RETRY_ATTEMPTS"
	attributeRule         = "RULE_ARN"
	attributeTarget       = "TARGET_ARN"
)

// letter reads the letter from the message itself. The reason of a letter in a dead queue is missing, because
// it is in the log.
func (p *parked) letter() Letter {
	body := aws.ToString(p.message.Body)
	l := Letter{ID: p.id, Event: asJSON(body), FirstFailedAt: p.sentAt()}
	// The event may be malformed, so as much as possible is read.
	d, err := events.DecodeDelivery([]byte(body))
	if err == nil {
		var detail struct {
			Metadata struct {
				ID      string `json:"id"`
				Subject string `json:"subject"`
			} `json:"metadata"`
		}
		_ = json.Unmarshal(d.Detail, &detail) // missing fields stay empty
		l.Type, l.Subject, l.EventID = events.Type(d.DetailType), detail.Metadata.Subject, detail.Metadata.ID
	}
	if p.undelivered() {
		p.describeUndelivered(&l, d.Time)
	}
	return l
}

// asJSON returns the body if it is JSON, and otherwise the body as a JSON string.
func asJSON(body string) json.RawMessage {
	if json.Valid([]byte(body)) {
		return json.RawMessage(body)
	}
	raw, _ := json.Marshal(body) // encoding a string never fails
	return raw
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
