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

// ID is that of package ports. Its Delivery is SQS's message id, which SQS keeps when it
// moves a message to its dead-letter queue: it is the deliveryId in the function's log.
type ID = ports.DeadLetterID

// Letter is that of package ports. FirstFailedAt is when the delivery began: when the
// rule put it into the queue, or when EventBridge received an event that the rule could
// not put there. SQS keeps the time of sending when it moves a message to its
// dead-letter queue, and does not say when it moved it.
type Letter = ports.DeadLetter

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
	body := aws.ToString(p.message.Body)
	l := Letter{ID: p.id, Event: asJSON(body), FirstFailedAt: p.sentAt()}
	// A poisoned event is the very thing that lies here: what can be read of it is.
	d, err := events.DecodeDelivery([]byte(body))
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

// asJSON is a body itself if it is JSON, otherwise a JSON string of it.
func asJSON(body string) json.RawMessage {
	if json.Valid([]byte(body)) {
		return json.RawMessage(body)
	}
	raw, _ := json.Marshal(body) // a string can always be encoded
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
