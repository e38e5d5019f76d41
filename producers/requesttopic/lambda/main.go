// Command lambda is the Lambda function of POST /users/me/notifications.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/producers/requesttopic"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.API(h, requesttopic.New(requesttopic.Deps{Bus: lambdahost.Bus(h), Now: h.Now, Log: h.Log})), nil
}
