// Command lambda is the Lambda function of GET /users.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/internal/cursor"
	"github.com/sealpost/sealpost/queries/users"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	cursors := cursor.New(h.Env.Secret("SEALPOST_CURSOR_KEY", 32))
	return lambdahost.API(h, users.New(users.Deps{
		Users: dynamodb.NewUsers(h.AWS, h.Env.Required("SEALPOST_USERS_TABLE"), cursors), Log: h.Log,
	})), nil
}
