package awstest

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// ConsumerQueues are the URLs of a consumer's queues, and its function's log group.
type ConsumerQueues struct {
	Queue, Dead, Undelivered string
	LogGroup                 string
}

// MaxReceives is the maxReceiveCount of a consumer's queue, as in Terraform.
const MaxReceives = 5

// Consumer creates the queues and the log group of a consumer with this function name,
// like terraform/modules/function-consumer. Failed deliveries are visible again after
// the visibility timeout, in seconds; "0" means at once.
func Consumer(t testing.TB, cfg aws.Config, function, visibilityTimeout string) ConsumerQueues {
	t.Helper()
	dead, deadARN := Queue(t, cfg, function+"-dead", nil)
	undelivered, _ := Queue(t, cfg, function+"-undelivered", nil)
	policy, err := json.Marshal(map[string]any{"deadLetterTargetArn": deadARN, "maxReceiveCount": MaxReceives})
	if err != nil {
		t.Fatalf("awstest: writing a redrive policy: %v", err)
	}
	queue, _ := Queue(t, cfg, function, map[string]string{"RedrivePolicy": string(policy), "VisibilityTimeout": visibilityTimeout})
	q := ConsumerQueues{Queue: queue, Dead: dead, Undelivered: undelivered, LogGroup: "/aws/lambda/" + function}
	LogGroup(t, cfg, q.LogGroup)
	return q
}

const logStream = "all"

// LogGroup creates a log group with one stream.
func LogGroup(t testing.TB, cfg aws.Config, name string) {
	t.Helper()
	client := cloudwatchlogs.NewFromConfig(cfg)
	if _, err := client.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String(name)}); err != nil {
		t.Fatalf("awstest: creating log group %s: %v", name, err)
	}
	_, err := client.CreateLogStream(t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: aws.String(name), LogStreamName: aws.String(logStream)})
	if err != nil {
		t.Fatalf("awstest: creating a stream of log group %s: %v", name, err)
	}
}
