// Command lambda is the scheduled function that repairs what was left half-done as a Lambda function.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/cognito"
	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/consumers/reconcile"
	"github.com/sealpost/sealpost/internal/cursor"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	window := h.Env.Duration("SEALPOST_RECONCILE_WINDOW", 25*time.Minute)
	blobs := s3.New(h.AWS, h.Env.Required("SEALPOST_CIPHERTEXT_BUCKET"))
	return lambdahost.Schedule(h, reconcile.New(reconcile.Deps{
		Blobs:      blobs,
		Recent:     blobs,
		Inbox:      dynamodb.NewInbox(h.AWS, h.Env.Required("SEALPOST_INBOX_TABLE"), cursor.Signer{}),
		Identities: cognito.New(h.AWS, h.Env.Required("SEALPOST_USER_POOL_ID")),
		Users:      dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursor.Signer{}),
		Bus:        lambdahost.Bus(h), Now: h.Now, Log: h.Log,
		Grace: h.Env.Duration("SEALPOST_RECONCILE_GRACE", 10*time.Minute),
		From:  func(now time.Time) time.Time { return now.Add(-window) },
	})), nil
}
