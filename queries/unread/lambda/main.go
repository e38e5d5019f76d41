// Command lambda is the Lambda function of GET /messages/unread-count.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/queries/unread"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.API(h, unread.New(unread.Deps{
		Unread: dynamodb.NewUnread(h.AWS, h.Env.Required("SEALPOST_UNREAD_TABLE")), Log: h.Log,
	})), nil
}
