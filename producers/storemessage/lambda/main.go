// Command lambda is the Lambda function of POST /messages.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/claims"
	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/kms"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/producers/storemessage"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.API(h, storemessage.New(storemessage.Deps{
		Users: dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursor.Signer{}),
		Keys:  lambdahost.MeasureGenerator(kms.NewDataKeys(h.AWS, h.Env.Required("SEALPOST_NAME_PREFIX"))),
		Claims: claims.New(s3.New(h.AWS, h.Env.Required("SEALPOST_CIPHERTEXT_BUCKET"),
			s3.WithKMSKey(h.Env.Optional("SEALPOST_CIPHERTEXT_KMS_KEY_ID", ""))), lambdahost.Bus(h)),
		Now: h.Now, Log: h.Log,
	})), nil
}
