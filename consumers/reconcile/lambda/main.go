// Command lambda is the Lambda function of the consumer that publishes missing events.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/consumers/reconcile"
	"github.com/sealpost/sealpost/internal/cursor"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.Queue(h, reconcile.New(reconcile.Deps{
		Blobs: s3.New(h.AWS, h.Env.Required("SEALPOST_CIPHERTEXT_BUCKET")),
		Inbox: dynamodb.NewInbox(h.AWS, h.Env.Required("SEALPOST_INBOX_TABLE"), cursor.Signer{}),
		Bus:   lambdahost.Bus(h), Log: h.Log,
	})), nil
}
