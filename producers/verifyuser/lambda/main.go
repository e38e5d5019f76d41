// Command lambda is the post-confirmation trigger as a Lambda function.
package main

import (
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/adapters/aws/lambdahost"
	"github.com/sealpost/sealpost/producers/verifyuser"
)

func main() { os.Exit(lambdahost.Run(build)) }

func build(h *lambdahost.Host) (lambda.Handler, error) {
	return lambdahost.PostConfirmation(h, verifyuser.New(verifyuser.Deps{
		Bus: lambdahost.Bus(h), Now: h.Now, Log: h.Log,
	})), nil
}
