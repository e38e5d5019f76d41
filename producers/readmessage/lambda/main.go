// Command lambda is the Lambda function of POST /messages/{id}/read.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/producers/readmessage"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.API(h, readmessage.New(readmessage.Deps{
		Inbox: dynamodb.NewInbox(h.AWS, h.Env.Required("SEALPOST_INBOX_TABLE"), cursor.Signer{}),
		Bus:   lambdahost.Bus(h), Now: h.Now, Log: h.Log,
	})), nil
}
