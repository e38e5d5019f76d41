// Command lambda is the Lambda function of GET /users/me.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/queries/me"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.API(h, me.New(me.Deps{
		Users: dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursor.Signer{}), Log: h.Log,
	})), nil
}
