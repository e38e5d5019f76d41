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

// MaxReceives is the maxReceiveCount of a consumer's queue, as Terraform has it.
const MaxReceives = 5

// Consumer makes the queues and the log group of a consumer whose function has the
// name given, as terraform/modules/function-consumer does. What fails is visible
// again after so many seconds, "0" being at once.
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

// logStream is the one stream of a log group.
const logStream = "all"

// LogGroup makes a log group with one stream.
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
