// Command lambda is the Lambda function of the consumer that builds the unread
// projection.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/consumers/projector"
	"github.com/sealpost/sealpost/internal/projection"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.Consumer(h)(projector.New(projector.Deps{
		Projection: projection.Unread, Log: h.Log,
		Store: dynamodb.NewUnread(h.AWS, h.Env.Required("SEALPOST_UNREAD_TABLE")),
	}))
}
