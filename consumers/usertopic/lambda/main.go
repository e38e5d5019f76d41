// Command lambda is the Lambda function of the consumer that creates users' topics.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/cognito"
	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/adapters/aws/sns"
	"github.com/sealpost/sealpost/consumers/usertopic"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.Consumer(h)(usertopic.New(usertopic.Deps{
		Identities: cognito.New(h.AWS, h.Env.Required("SEALPOST_USER_POOL_ID")),
		Topics:     sns.NewTopics(h.AWS, h.Env.Required("SEALPOST_NAME_PREFIX")),
		Bus:        lambdahost.Bus(h), Now: h.Now, Log: h.Log,
	}))
}
