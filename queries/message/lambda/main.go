// Command lambda is the Lambda function of GET /messages/{id}.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/cognitoidentity"
	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/queries/message"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	opener, err := cognitoidentity.New(h.AWS, h.Env.Required("SEALPOST_NAME_PREFIX"),
		h.Env.Required("SEALPOST_IDENTITY_POOL_ID"), h.Env.Required("SEALPOST_USER_POOL_ID"), h.Now)
	return lambdahost.API(h, message.New(message.Deps{
		Inbox: dynamodb.NewInbox(h.AWS, h.Env.Required("SEALPOST_INBOX_TABLE"), cursor.Signer{}),
		Blobs: s3.New(h.AWS, h.Env.Required("SEALPOST_CIPHERTEXT_BUCKET")),
		Keys:  lambdahost.MeasureOpener(opener),
		Log:   h.Log,
	})), err
}
