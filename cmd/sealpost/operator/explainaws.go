package operator

import (
	"errors"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/cmd/sealpost/client"
)

// explainAWS makes a failure of what AWS answered, which would otherwise be told as
// the user pool's answer, and of calls that got none.
func explainAWS(err error) error {
	var answered smithy.APIError
	var called *smithy.OperationError
	switch {
	case errors.As(err, &answered) && answered.ErrorFault() == smithy.FaultServer:
		return client.Fail(client.ExitUnavailable, "aws", "AWS failed: "+answered.ErrorCode(), err.Error(), "try again in a while")
	case errors.As(err, &answered):
		return client.Fail(client.ExitFailure, "aws", "AWS refused: "+answered.ErrorCode(), err.Error(),
			"are these the credentials of the deployment's account, and may they do what docs/aws.md lists for operators?")
	case errors.As(err, &called):
		return client.Fail(client.ExitUnavailable, "aws", "AWS was not asked, or did not answer", err.Error(),
			"are there credentials (aws sts get-caller-identity), and is there a network?")
	}
	return err
}
