// Command lambda is the Lambda function of the user pool's post-confirmation and
// post-authentication triggers.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/producers/verifyuser"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	p := verifyuser.New(verifyuser.Deps{
		Users: dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursor.Signer{}),
		Bus:   lambdahost.Bus(h), Now: h.Now, Log: h.Log,
	})
	return lambdahost.UserPool(h, p.Confirmed, p.SignedIn), nil
}
