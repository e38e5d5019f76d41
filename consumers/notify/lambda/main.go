// Command lambda is the Lambda function of the consumer that notifies recipients.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/adapters/aws/sns"
	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/internal/cursor"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.Consumer(h)(notify.New(notify.Deps{
		Users:    dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursor.Signer{}),
		Inbox:    dynamodb.NewInbox(h.AWS, h.Env.Required("SEALPOST_INBOX_TABLE"), cursor.Signer{}),
		Unread:   dynamodb.NewUnread(h.AWS, h.Env.Required("SEALPOST_UNREAD_TABLE")),
		Ledger:   dynamodb.NewLedger(h.AWS, h.Env.Required("SEALPOST_NOTIFICATIONS_TABLE")),
		Notifier: sns.NewNotifier(h.AWS, h.Env.Optional("SEALPOST_WEB_URL", "")),
		Now:      h.Now, Log: h.Log,
	}))
}
