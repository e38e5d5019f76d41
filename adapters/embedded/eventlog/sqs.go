package eventlog

import (
	"fmt"
	"strconv"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// sqsEvent writes a batch as Lambda's poller hands over what a rule put into the
// consumer's queue.
func sqsEvent(consumer string, batch []attempt) (lambdaevents.SQSEvent, error) {
	event := lambdaevents.SQSEvent{Records: make([]lambdaevents.SQSMessage, len(batch))}
	for i, a := range batch {
		body, err := a.delivery()
		if err != nil {
			return event, fmt.Errorf("writing event %d: %w", a.position, err)
		}
		event.Records[i] = lambdaevents.SQSMessage{
			MessageId: strconv.FormatInt(a.position, 10),
			Body:      string(body),
			Attributes: map[string]string{
				"ApproximateReceiveCount": strconv.Itoa(a.number),
				"SentTimestamp":           strconv.FormatInt(a.publishedAt, 10),
			},
			EventSource:    "aws:sqs",
			EventSourceARN: "arn:aws:sqs:local:embedded:" + consumer,
			AWSRegion:      "local",
		}
	}
	return event, nil
}
