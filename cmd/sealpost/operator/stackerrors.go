package operator

import (
	"errors"
	"net"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// explainAWS says what to do about an error of AWS's own. Other errors stay as they
// are.
func explainAWS(err error) error {
	var signing *smithy.OperationError
	if !errors.As(err, &signing) {
		return err
	}
	var answered *awshttp.ResponseError
	var refused smithy.APIError
	switch {
	case errors.As(err, &refused) && badCredentials(refused.ErrorCode()):
		return cli.Fail(cli.ExitNotSignedIn, "aws-credentials", "AWS does not take the credentials", err.Error(), "sign in again, such as by aws sso login")
	case errors.As(err, &refused) && strings.Contains(refused.ErrorCode(), "AccessDenied"):
		return cli.Fail(cli.ExitRefused, "aws-refused", "AWS refuses it to whoever this is (aws sts get-caller-identity)", err.Error(),
			"Terraform's output operator_policies has what this command needs")
	case errors.As(err, &answered) && answered.HTTPStatusCode() >= http.StatusInternalServerError,
		errors.As(err, &refused) && (refused.ErrorFault() == smithy.FaultServer || isThrottle(refused.ErrorCode())):
		return cli.Fail(cli.ExitUnavailable, "aws-failed", "AWS fails", err.Error(), "try again in a while")
	case errors.As(err, &refused):
		return cli.Fail(cli.ExitFailure, "aws", "AWS does not do it", err.Error(), "")
	}
	var network net.Error
	if errors.As(err, &network) {
		return cli.Fail(cli.ExitUnavailable, "aws-unreachable", "cannot reach AWS", err.Error(), "check your connection, and AWS_ENDPOINT_URL if it is set")
	}
	if strings.Contains(err.Error(), "credentials") { // the SDK has no error of its own for it
		return cli.Fail(cli.ExitNotSignedIn, "aws-credentials", "there are no credentials for AWS", err.Error(), "aws configure, or name a profile by AWS_PROFILE")
	}
	return cli.Fail(cli.ExitFailure, "aws", "AWS cannot be asked", err.Error(), "")
}

// badCredentials are the codes, which differ by service, of what is expired, unknown or
// signed wrongly.
func badCredentials(code string) bool {
	for _, part := range []string{"ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId", "InvalidSignature", "SignatureDoesNotMatch", "MissingAuthenticationToken", "InvalidAccessKeyId"} {
		if strings.Contains(code, part) {
			return true
		}
	}
	return false
}

func isThrottle(code string) bool {
	return strings.Contains(code, "Throttl") || strings.Contains(code, "LimitExceeded") || strings.Contains(code, "TooManyRequests")
}
