// Command lambda is the Lambda function of the consumer that builds the inbox
// projection.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/consumers/projector"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/internal/projection"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.Consumer(h)(projector.New(projector.Deps{
		Projection: projection.Inbox, Log: h.Log,
		Store: dynamodb.NewInbox(h.AWS, h.Env.Required("SEALPOST_INBOX_TABLE"), cursor.Signer{}),
	}))
}
