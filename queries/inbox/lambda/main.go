// Command lambda is the Lambda function of GET /messages.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/queries/inbox"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	cursors := cursor.New(h.Env.Secret("SEALPOST_CURSOR_KEY", 32))
	return lambdahost.API(h, inbox.New(inbox.Deps{
		Inbox: dynamodb.NewInbox(h.AWS, h.Env.Required("SEALPOST_INBOX_TABLE"), cursors),
		Users: dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursor.Signer{}),
		Log:   h.Log,
	})), nil
}
