// Command lambda is the Lambda function of the pre-sign-up trigger.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/producers/signup"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.PreSignUp(h, signup.New(signup.Deps{
		Names: dynamodb.NewNames(h.AWS, h.Env.Required("SEALPOST_NAMES_TABLE")),
		Users: dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursor.Signer{}),
		Now:   h.Now, Log: h.Log,
	})), nil
}
